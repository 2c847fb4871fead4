/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real viewers log in by every type that they have, with the right password and with a wrong
 * one, and show the machine. Names and passwords are checked by PAM.
 */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/test_logins_door.h"
#include "tests/e2e/trial.h"
#include "tests/interop/window.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define USER "alice"
#define PASSWORD "s3cr3t"
#define WRONG "mistaken"

/* One way in. */
struct way {
    const char *method; /* of the configuration */
    const char *type;   /* as the viewer calls it; NULL: it takes what is offered */
    bool named, secret; /* asks for a name, for a password */
};

/* ---- the machine ---- */

static struct room start(struct trial *trial, const struct way *way)
{
    door_certificate(trial, "server", NULL);
    door_service(trial, "test", "[ \"$PAM_USER:$password\" = " USER ":" PASSWORD " ]", NULL);
    trial_write_file(trial, trial_path(trial, "passwords"), PASSWORD "\n");
    return room_start_as(
        trial, ROOM_VGA, "display vbe; mode 640 480; scene still",
        trial_text(trial, "password-file = \"%s/passwords\"", trial->folder),
        trial_text(trial, "methods = {%s} pam-service = \"test\"", way->method),
        "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }");
}

static void expect_login(struct room *room, const struct way *way)
{
    process_wait_log(room->daemon->process,
                     trial_text(room->trial, "logged in as '%s' by %s",
                                way->named ? USER : "anonymous", way->method),
                     PATIENCE_MS);
}

static void expect_refusal(struct room *room, const struct way *way)
{
    process_wait_log(room->daemon->process,
                     way->named ? "login of '" USER "' failed" : "failed", PATIENCE_MS);
    trial_check(room->trial, !process_log_has(room->daemon->process, "logged in as"),
                "somebody is logged in");
}

/* Certificates are for localhost. */
static const char *local_port(const struct room *room, const char *home)
{
    (void)home;
    return trial_text(room->trial, "localhost::%d", room->port);
}

/* ---- TigerVNC ---- */

#define TIGERVNC                                                                               \
    "xtigervncviewer", "-Log=*:stderr:30", "-Shared", "-AlertOnFatalError=0",                  \
        "-ReconnectOnError=0", "-RemoteResize=0"

static const struct viewer_program tigervnc = {"tigervnc", "tigervnc", {TIGERVNC},
                                               false,      true,       local_port};
static const struct viewer_program tigervnc_trixie = {
    "tigervnc-trixie", "tigervnc", {TIGERVNC}, true, true, local_port};

struct tigervnc_row {
    const struct viewer_program *program;
    struct way way;
};

/* It asks whether the fingerprint is right. */
static void trust_the_key(struct screen *screen)
{
    screen_focus(screen, screen_find(screen, "--name", "Server key fingerprint"));
    screen_do(screen, "key", "--delay", "0", "Return", NULL);
}

/* It takes name and password from its environment. */
static void open_tigervnc(struct window *window, struct room *room,
                          const struct tigervnc_row *row, const char *password)
{
    struct trial *trial = room->trial;
    const char *options[] = {trial_text(trial, "-SecurityTypes=%s", row->way.type),
                             trial_text(trial, "-X509CA=%s/ca.crt", trial->folder), NULL};

    setenv("VNC_USERNAME", USER, 1);
    setenv("VNC_PASSWORD", password, 1);
    window_open(window, room, row->program, options, SCREEN_ALL);
    unsetenv("VNC_USERNAME");
    unsetenv("VNC_PASSWORD");
    if (strncmp(row->way.type, "RA2", 3) == 0)
        trust_the_key(room->screen);
}

static void tigervnc_logs_in(struct trial *trial)
{
    const struct tigervnc_row *row = trial->data;
    struct room room = start(trial, &row->way);
    struct window window;

    if (row->way.secret) {
        open_tigervnc(&window, &room, row, WRONG);
        expect_refusal(&room, &row->way);
        process_wait(window.process, PATIENCE_MS);
        trial_check(trial, process_log_has(window.process, "Authentication fail"),
                    "TigerVNC does not say why it ended");
    }
    open_tigervnc(&window, &room, row, PASSWORD);
    expect_login(&room, &row->way);
    window_compare(&window, 1);
}

/* ---- gtk-vnc ---- */

static const char *display_with_authority(const struct room *room, const char *home)
{
    struct trial *trial = room->trial;
    char *pki = trial_text(trial, "%s/.pki", home), *ca = trial_text(trial, "%s/CA", pki);

    trial_check(trial, mkdir(pki, 0700) == 0 && mkdir(ca, 0700) == 0, "cannot make %s", ca);
    trial_write_file(trial, trial_text(trial, "%s/cacert.pem", ca),
                     trial_read_file(trial, trial_path(trial, "ca.crt"), NULL));
    return trial_text(trial, "localhost:%d", room->port - 5900);
}

static const struct viewer_program gtkvnc = {"gtkvnc", "gvncviewer", {"gvncviewer"},
                                             false,    false,        display_with_authority};

/* home.c leads it to the authority. */
static void open_gtkvnc(struct window *window, struct room *room, const struct way *way,
                        const char *password)
{
    struct screen *screen = room->screen;

    setenv("LD_PRELOAD", trial_built(room->trial, "tests/interop/home.so"), 1);
    window_open(window, room, &gtkvnc, NULL, SCREEN_ALL);
    unsetenv("LD_PRELOAD");
    if (!way->secret)
        return;
    screen_focus(screen, screen_find(screen, "--name", "Authentication"));
    if (way->named)
        screen_do(screen, "type", "--delay", "0", USER "\t", NULL);
    screen_do(screen, "type", "--delay", "0", password, NULL);
    screen_do(screen, "key", "--delay", "0", "Return", NULL);
}

static void gtkvnc_logs_in(struct trial *trial)
{
    const struct way *way = trial->data;
    struct room room = start(trial, way);
    struct window window;

    if (way->secret) {
        open_gtkvnc(&window, &room, way, WRONG);
        expect_refusal(&room, way);
        window_close(&window);
    }
    open_gtkvnc(&window, &room, way, PASSWORD);
    expect_login(&room, way);
    window_compare(&window, 1);
}

/* ---- LibVNCClient ---- */

static int run_libvncclient(struct room *room, const char *password, const char **said_r)
{
    struct trial *trial = room->trial;
    const char *argv[] = {trial_built(trial, "tests/client/vncclient_snapshot"),
                          "--user",
                          USER,
                          "--password",
                          password,
                          "--ca",
                          trial_path(trial, "ca.crt"),
                          "--verbose",
                          trial_text(trial, "localhost:%d", room->port),
                          NULL};

    return process_run(trial, "LibVNCClient", argv, PATIENCE_MS, said_r);
}

static void libvncclient_logs_in(struct trial *trial)
{
    const struct way *way = trial->data;
    struct room room = start(trial, way);
    const char *said;

    if (way->secret) {
        trial_check(trial, run_libvncclient(&room, WRONG, &said) != 0, "it got in: %s", said);
        expect_refusal(&room, way);
    }
    trial_check(trial, run_libvncclient(&room, PASSWORD, &said) == 0, "it did not get in: %s",
                said);
    expect_login(&room, way);
}

/* ---- rows ---- */

#define DEBIAN(method, type, named, secret)                                                    \
    {                                                                                          \
        "TigerVNC logs in by " method, tigervnc_logs_in,                                       \
            (&(const struct tigervnc_row){&tigervnc, {method, type, named, secret}}), false    \
    }
#define TRIXIE(method, type, named, secret)                                                    \
    {                                                                                          \
        "trixie's TigerVNC logs in by " method " (" type ")", tigervnc_logs_in,                \
            (&(const struct tigervnc_row){&tigervnc_trixie, {method, type, named, secret}}),   \
            true                                                                               \
    }
#define OTHER(name, run, method, named, secret)                                                \
    {                                                                                          \
        name " logs in by " method, run, (&(const struct way){method, NULL, named, secret}),   \
            false                                                                              \
    }
#define GTKVNC(method, named, secret) OTHER("gtk-vnc", gtkvnc_logs_in, method, named, secret)
#define LIBVNC(method, named, secret)                                                          \
    OTHER("LibVNCClient", libvncclient_logs_in, method, named, secret)

static const struct trial_row rows[] = {
    DEBIAN("x509-plain", "X509Plain", true, true),
    DEBIAN("x509-vnc", "X509Vnc", false, true),
    DEBIAN("x509-none", "X509None", false, false),
    DEBIAN("tls-plain", "TLSPlain", true, true),
    DEBIAN("tls-vnc", "TLSVnc", false, true),
    DEBIAN("tls-none", "TLSNone", false, false),
    DEBIAN("plain", "Plain", true, true),
    DEBIAN("vnc", "VncAuth", false, true),
    GTKVNC("x509-plain", true, true),
    GTKVNC("x509-vnc", false, true),
    GTKVNC("x509-none", false, false),
    GTKVNC("tls-plain", true, true),
    GTKVNC("tls-vnc", false, true),
    GTKVNC("tls-none", false, false),
    GTKVNC("apple-dh", true, true),
    GTKVNC("vnc", false, true),
    LIBVNC("x509-plain", true, true),
    LIBVNC("x509-vnc", false, true),
    LIBVNC("x509-none", false, false),
    LIBVNC("tls-plain", true, true),
    LIBVNC("tls-vnc", false, true),
    LIBVNC("tls-none", false, false),
    LIBVNC("apple-dh", true, true),
    LIBVNC("vnc", false, true),
    TRIXIE("x509-plain", "X509Plain", true, true),
    TRIXIE("x509-vnc", "X509Vnc", false, true),
    TRIXIE("x509-none", "X509None", false, false),
    TRIXIE("tls-plain", "TLSPlain", true, true),
    TRIXIE("tls-vnc", "TLSVnc", false, true),
    TRIXIE("tls-none", "TLSNone", false, false),
    TRIXIE("plain", "Plain", true, true),
    TRIXIE("vnc", "VncAuth", false, true),
    TRIXIE("ra2", "RA2", true, true),
    TRIXIE("ra2", "RA2_256", true, true),
    TRIXIE("ra2ne", "RA2ne", true, true),
    TRIXIE("ra2ne", "RA2ne_256", true, true),
    TRIXIE("apple-dh", "DH", true, true),
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop accounts", rows, ARRAY_SIZE(rows));
}
