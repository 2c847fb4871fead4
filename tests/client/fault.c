/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void record(struct client_fault *fault, int error, const char *format, va_list args)
{
    if (fault->error)
        return;
    fault->error = error;
    vsnprintf(fault->why, sizeof fault->why, format, args);
}

void client_fault_set(struct client_fault *fault, int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(fault, error, format, args);
    va_end(args);
}

void client_fault_blame(struct client_fault *fault, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    record(fault, -EPROTO, format, args);
    va_end(args);
}
