# The messages are both sides'; of the rest, the daemon's programs take nothing.
noinst_LIBRARIES += libverifier.a
libverifier_a_SOURCES = auth/verifier/dial.c auth/verifier/dial.h auth/verifier/job.c auth/verifier/job.h \
	auth/verifier/jobs.c auth/verifier/jobs.h auth/verifier/key_file.c auth/verifier/key_file.h \
	auth/verifier/login.c auth/verifier/login.h auth/verifier/message.c auth/verifier/message.h \
	auth/verifier/names.c auth/verifier/names.h auth/verifier/packet.c auth/verifier/packet.h \
	auth/verifier/permit.c auth/verifier/permit.h auth/verifier/process.c auth/verifier/process.h \
	auth/verifier/requests.c auth/verifier/strays.c auth/verifier/strays.h auth/verifier/turns.c \
	auth/verifier/turns.h auth/verifier/worker.c auth/verifier/worker.h

pkglibexec_PROGRAMS = holdfast-verifier
holdfast_verifier_SOURCES = auth/verifier/main.c
holdfast_verifier_LDADD = libverifier.a libbase.a $(PAM_LIBS)

libserver_a_CPPFLAGS += -DHF_PKGLIBEXECDIR=\"$(pkglibexecdir)\"
libserver_a_SOURCES += server/verifier.c server/verifier.h server/verifier_ask.c server/verifier_link.c server/verifier_link.h server/verifier_private.h \
	server/verifier_spawn.c server/verifier_spawn.h
SERVER_LIBS += libverifier.a libbase.a

# A sample of the PAM service, to be copied to /etc/pam.d/holdfast.
dist_doc_DATA += data/holdfast.pam

include tests/unit/auth/verifier/local.mk

FUZZ_TARGETS += tests/fuzz/fuzz_verifier
tests_fuzz_fuzz_verifier_SOURCES = tests/fuzz/fuzz_verifier.c $(FUZZ_COMMON)
tests_fuzz_fuzz_verifier_LDADD = libverifier.a libbase.a $(FUZZ_LINK)
