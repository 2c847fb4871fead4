libserver_a_SOURCES += server/session/wheel.c server/session/wheel.h
