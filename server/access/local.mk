# Who may: what the daemon needs to let people in, and the viewer's login.
libserver_a_SOURCES += server/access/access.c server/access/access.h server/access/again.c server/access/again.h \
	server/access/passwords.c server/access/passwords.h server/access/check.c server/access/check.h \
	server/access/rows.c server/access/rows.h server/access/turns.c server/access/turns.h server/viewer_login.h server/viewer_login_check.c \
	server/viewer_login_machine.c server/viewer_login_step.c server/viewer_login_wrap.c server/viewer_role.c \
	server/viewer_audit.c server/viewer_limits.c
