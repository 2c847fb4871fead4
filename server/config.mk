# What the configuration names beside the options themselves.
libserver_a_SOURCES += server/config_auth.c server/config_check.c server/config_check.h \
	server/network.c server/network.h
