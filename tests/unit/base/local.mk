check_PROGRAMS += tests/unit/base/test_base
tests_unit_base_test_base_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_base_test_base_SOURCES = tests/unit/base/groups.h tests/unit/base/test_base.c \
	tests/unit/base/test_backoff.c tests/unit/base/test_blob.c tests/unit/base/test_bytes.c tests/unit/base/test_log.c \
	tests/unit/base/test_outq.c tests/unit/base/test_pool.c tests/unit/base/test_reader.c \
	tests/unit/base/test_secret.c tests/unit/base/test_stream.c
tests_unit_base_test_base_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/base/test_trusted_open
tests_unit_base_test_trusted_open_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_base_test_trusted_open_SOURCES = tests/unit/base/test_trusted_open.c
tests_unit_base_test_trusted_open_LDADD = libbase.a $(CMOCKA_LIBS)
