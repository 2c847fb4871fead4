# The menu: what it draws is compared with what its own code draws for the test.
MENU_LIBS = tests/e2e/libe2e.a libserver.a libframebuffer.a libbase.a $(PANGO_LIBS) \
	$(TESTCLIENT_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS) -lm

check_PROGRAMS += tests/e2e/test_menu
tests_e2e_test_menu_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_menu_SOURCES = tests/e2e/test_menu.c
tests_e2e_test_menu_LDADD = $(MENU_LIBS)
tests_e2e_test_menu_DEPENDENCIES = $(E2E_NEEDS)
