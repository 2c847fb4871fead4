EXTRA_DIST += viewer/README.md
