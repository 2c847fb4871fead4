# Interop tests: real VNC programs under Xvfb, the built daemon and QEMU with the guest of tests/guest.
