libserver_a_SOURCES += server/attach/attach.c server/attach/attach.h server/attach/attach_private.h \
	server/attach/dbus_peer.c \
	server/attach/dbus_peer.h server/attach/input_queue.c \
	server/attach/input_queue.h server/attach/kinds.h server/attach/map_reader.c \
	server/attach/map_reader.h server/attach/pattern.c server/attach/pattern_address.c \
	server/attach/pattern_address.h server/attach/pattern_scenes.c \
	server/attach/pattern_scenes.h server/attach/pattern_text.c \
	server/attach/pattern_text.h server/attach/qemu.c server/attach/qemu_console.c \
	server/attach/qemu_console.h server/attach/qemu_devices.c \
	server/attach/qemu_devices.h server/attach/qemu_display.c server/attach/qemu_display.h \
	server/attach/qemu_head.c server/attach/qemu_input.c server/attach/qemu_input.h \
	server/attach/qemu_listener.c server/attach/qemu_listener.h server/attach/qemu_monitor.c \
	server/attach/qemu_monitor.h server/attach/qemu_private.h server/attach/qemu_problem.c server/attach/qemu_screen.c \
	server/attach/qemu_status.c server/attach/qemu_status.h server/attach/qmp.c \
	server/attach/qmp.h server/attach/qmp_command.c server/attach/qmp_command.h \
	server/attach/qmp_line.c server/attach/qmp_line.h \
	server/attach/scanout.c server/attach/scanout.h \
	server/machine/held_input.c server/machine/held_input.h server/machine/moves.c \
	server/attach/node.c server/attach/node.h server/machine/elsewhere.c server/machine/moves_input.c server/machine/moves_notice.c server/machine/moves_picture.c \
	server/machine/moves_private.h \
	server/machine/place_picture.c server/machine/place_picture.h server/machine/switch_table.c \
	server/machine/switch_table.h server/machine/switchboard.c server/machine/switchboard.h
