dist_man_MANS += docs/holdfast.conf.5 docs/holdfastctl.1 docs/holdfastd.8

dist_doc_DATA += data/holdfast.conf docs/CLUSTER.md
bashcompletion_DATA = completions/holdfastctl
systemdsystemunit_DATA = data/holdfast.service
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = data/sysusers.d/holdfast.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
dist_tmpfiles_DATA = data/tmpfiles.d/holdfast.conf
EXTRA_DIST += completions/holdfastctl data/holdfast.service.in
CLEANFILES += data/holdfast.service

data/holdfast.service: data/holdfast.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) data && $(SED) -e 's|@sbindir[@]|$(sbindir)|g' -e 's|@sysconfdir[@]|$(sysconfdir)|g' \
		$(srcdir)/data/holdfast.service.in >$@
