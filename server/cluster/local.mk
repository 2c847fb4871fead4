libserver_a_SOURCES += server/cluster/cluster.h server/cluster/link.h server/cluster/link_type.h \
	server/cluster/peer.h server/cluster/peer_seats.h server/cluster/peer_views.h \
	server/cluster/served.h server/cluster/served_seats.h server/cluster/served_views.h
libserver_a_SOURCES += server/cluster/peer_seats.c server/cluster/peer_seats_asking.c \
	server/cluster/peer_seats_private.h server/cluster/peer_seats_told.c server/cluster/seat_msg.c server/cluster/seat_msg.h \
	server/cluster/served_seat.c server/cluster/served_seats.c server/cluster/served_seats_asked.c \
	server/cluster/served_seats_private.h server/cluster/served_seats_told.c
libserver_a_SOURCES += server/cluster/machine_msg.c server/cluster/machine_msg.h \
	server/cluster/machine_msg_asked.c server/cluster/machine_msg_input.c server/cluster/machine_msg_pointer.c \
	server/cluster/machine_msg_private.h server/cluster/machine_msg_told.c \
	server/cluster/peer.c server/cluster/peer_machines.c server/cluster/peer_private.h \
	server/cluster/peer_told.c server/cluster/peers.h server/cluster/served.c server/cluster/served_input.c \
	server/cluster/served_machine.c server/cluster/served_private.h server/cluster/served_told.c \
	server/cluster/serving.h
libserver_a_SOURCES += server/cluster/peer_views.c server/cluster/served_send.c server/cluster/served_stream.c server/cluster/served_stream.h \
	server/cluster/served_views.c server/cluster/view_msg.c server/cluster/view_msg.h \
	server/cluster/view_msg_asked.c server/cluster/view_msg_private.h server/cluster/view_msg_told.c
libserver_a_SOURCES += server/cluster/link.c server/cluster/link_in.c server/cluster/link_out.c server/cluster/link_frame.c server/cluster/link_frame.h \
	server/cluster/link_hello.c server/cluster/link_hello.h server/cluster/link_life.c server/cluster/link_life.h \
	server/cluster/link_dial.c server/cluster/link_dial.h server/cluster/link_listener.c \
	server/cluster/link_listener.h server/cluster/link_name.c server/cluster/link_name.h server/cluster/link_private.h server/cluster/link_socket.c \
	server/cluster/link_socket.h server/cluster/link_told.c server/cluster/link_told.h
libserver_a_SOURCES += server/cluster/cluster.c server/cluster/cluster_drain.c server/cluster/cluster_machines.c \
	server/cluster/cluster_nodes.c server/cluster/cluster_parts.h \
	 server/cluster/directory.c server/cluster/directory.h server/cluster/directory_nodes.c server/cluster/directory_places.c server/cluster/directory_private.h server/cluster/record.c server/cluster/record.h \
	server/cluster/registry.c server/cluster/registry.h server/cluster/registry_places.c \
	server/cluster/registry_private.h
