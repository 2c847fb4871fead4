# noVNC, under node, as a judge of what the daemon sends.

noinst_PROGRAMS += tests/novnc/jpeg_to_ppm
tests_novnc_jpeg_to_ppm_CPPFLAGS = $(AM_CPPFLAGS) $(JPEG_CFLAGS)
tests_novnc_jpeg_to_ppm_SOURCES = tests/novnc/jpeg_to_ppm.c
tests_novnc_jpeg_to_ppm_LDADD = $(JPEG_LIBS)

dist_check_SCRIPTS += tests/novnc/test_novnc.sh tests/novnc/modules.sh
TESTS += tests/novnc/test_novnc.sh
EXTRA_DIST += tests/novnc/.npmrc tests/novnc/package.json tests/novnc/package-lock.json \
	tests/novnc/browser.mjs tests/novnc/channel.mjs tests/novnc/png.mjs tests/novnc/snapshot.mjs

clean-local:
	rm -rf tests/novnc/modules
