libserver_a_SOURCES += server/address.c server/address.h server/config.c server/config.h \
	server/config_options.c server/config_options.h server/config_scan.c server/config_scan.h \
	server/config_table.c server/config_table.h server/config_values.c server/config_values.h \
	server/runtime_path.c server/runtime_path.h server/text_list.c server/text_list.h \
	server/control/call.c server/control/call.h server/control/caller.c server/control/cmd_control.c \
	server/control/cmd_events.c server/control/cmd_history.c server/control/cmd_metrics.c server/control/cmd_nodes.c server/control/cmd_sessions.c server/control/cmd_input.c server/control/cmd_machines.c \
	server/control/cmd_screenshot.c server/control/cmd_status.c server/control/cmd_tickets.c server/control/commands.c \
	server/control/commands.h server/control/control.c server/control/control.h server/control/home_answer.c server/control/home_answer.h \
	server/control/http.c server/control/http.h server/control/http_exchange.c \
	server/control/http_private.h server/control/http_stream.c server/control/png_write.c \
	server/control/png_write.h server/control/socket.c server/control/socket.h \
	server/machine/key_names.c server/machine/key_names.h server/machine/typing.c \
	server/machine/typing.h

bin_PROGRAMS += holdfastctl
holdfastctl_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS) $(CURL_CFLAGS) $(XKB_CFLAGS) $(GNUTLS_CFLAGS)
holdfastctl_SOURCES = server/certificate.c server/certificate.h server/certificate_files.c server/certificate_node.c server/certificate_node.h \
	server/certificate_private.h server/cluster/link_name.c server/cluster/link_name.h server/control/ctl_certificate.c \
	server/control/commands.c server/control/commands.h server/control/ctl.h \
	server/control/ctl_complete.c server/control/ctl_main.c server/control/ctl_print.c \
	server/control/ctl_request.c server/control/ctl_words.c server/machine/key_names.c \
	server/machine/key_names.h server/runtime_path.c server/runtime_path.h
holdfastctl_LDADD = libauth.a libbase.a $(JANSSON_LIBS) $(CURL_LIBS) $(AUTH_LIBS)
