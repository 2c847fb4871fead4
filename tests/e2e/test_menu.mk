# The menu and the lobby: what they draw is compared with what their own code draws for the test.
LOBBY_LOOK = tests/e2e/lobby_look.c tests/e2e/lobby_look.h
LOBBY_LIBS = tests/e2e/libe2e.a libserver.a libframebuffer.a libbase.a $(PANGO_LIBS) $(XKB_LIBS) \
	$(TESTCLIENT_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS) -lm
MENU_LIBS = tests/e2e/libe2e.a libserver.a libframebuffer.a libbase.a $(PANGO_LIBS) \
	$(TESTCLIENT_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS) -lm

check_PROGRAMS += tests/e2e/test_menu
tests_e2e_test_menu_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_menu_SOURCES = tests/e2e/test_menu.c
tests_e2e_test_menu_LDADD = $(MENU_LIBS)
tests_e2e_test_menu_DEPENDENCIES = $(E2E_NEEDS)

check_PROGRAMS += tests/e2e/test_lobby
tests_e2e_test_lobby_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_lobby_SOURCES = tests/e2e/test_lobby.c $(LOBBY_LOOK)
tests_e2e_test_lobby_LDADD = $(LOBBY_LIBS)
tests_e2e_test_lobby_DEPENDENCIES = $(E2E_NEEDS)
