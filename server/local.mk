noinst_LIBRARIES += libserver.a
libserver_a_CPPFLAGS = $(AM_CPPFLAGS) $(SYSTEMD_CFLAGS) $(JANSSON_CFLAGS) $(CONFUSE_CFLAGS) $(MHD_CFLAGS) $(PNG_CFLAGS) $(ZLIB_CFLAGS) $(PANGO_CFLAGS)
libserver_a_SOURCES = server/flow.c server/flow.h server/writers.c server/writers.h server/path_rate.c server/path_rate.h server/quality.c server/quality.h server/listener.c server/listener.h server/loop_pool.c server/loop_pool.h server/poller.c server/poller.h server/server.c server/server.h server/server_control.c server/server_private.h server/server_sockets.c \
	server/viewer.c server/viewer.h server/viewer_client.c server/viewer_input.c server/viewer_io.c server/viewer_peer.c server/viewer_login.c \
	server/server_sessions.c server/server_sessions.h server/viewer_session.c server/viewer_news.c server/viewer_update.c server/view_client.c server/view_client.h server/view.c server/view.h server/view_frame.c server/view_layout.c server/view_known.c server/view_known.h server/fanout.c server/fanout.h server/fanout_job.c server/fanout_private.h server/relay.c server/relay.h server/relay_class.c server/relay_class.h server/relay_give.c server/relay_pixels.c server/relay_pixels.h server/relay_private.h server/relay_rects.c server/relay_rects.h server/relay_serve.c server/relay_told.c server/part.c server/part.h server/blocks.c server/blocks.h server/piece.c server/piece.h server/shelf.c server/shelf.h server/rest.c server/rest.h server/serve.c server/serve.h server/group.c server/group.h \
	server/machine/machine.c server/machine/machine.h server/machine/machine_private.h \
	server/machine/machine_names.c server/machine/machine_names.h server/machine/machines.c server/machine/machines.h server/machine/machines_config.c server/machine/places.c \
	server/machine/discover.c server/machine/discover.h server/machine/keymaps.c server/machine/keymaps.h server/machine/screenshot.c server/machine/uuid.c
SERVER_LIBS = libserver.a libauth.a libinput.a libframebuffer.a libencode.a librfb.a libbase.a \
	$(SYSTEMD_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(MHD_LIBS) $(SQLITE_LIBS) $(CURL_LIBS) $(AUTH_LIBS) $(PANGO_LIBS) $(INPUT_LIBS) $(ENCODE_LIBS) -lm

sbin_PROGRAMS += holdfastd
holdfastd_CPPFLAGS = $(libserver_a_CPPFLAGS)
holdfastd_SOURCES = server/main.c
holdfastd_LDADD = $(SERVER_LIBS)
include server/config.mk
include server/overlay/local.mk
