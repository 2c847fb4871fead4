# What the configuration names beside the options themselves.
libserver_a_SOURCES += server/certificate.c server/certificate.h server/certificate_files.c server/certificate_node.c server/certificate_node.h server/certificate_private.h server/config_auth.c server/config_check.c server/config_check.h \
	server/config_cluster.c server/config_cluster.h \
	server/network.c server/network.h server/audit.c server/audit.h server/audit_line.c \
	server/audit_line.h server/privileges.c server/privileges.h server/provision.c server/provision.h server/proxy_header.c \
	server/proxy_header.h \
	server/ticket_keeping.c server/ticket_keeping.h server/ticket_text.c server/ticket_text.h server/ticket_sharing.c server/ticket_sharing.h \
	server/verifier_dialer.c server/verifier_dialer.h server/attach/dialer.h
