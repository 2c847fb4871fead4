/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How every parser of this project answers. */
#ifndef HF_RFB_PARSE_H
#define HF_RFB_PARSE_H

enum parse {
    PARSE_DONE, /* one message was read and handed over; the reader stands behind it */
    PARSE_MORE, /* bytes are missing; nothing was handed over, the reader stands where it stood
                 */
    PARSE_BAD,  /* never valid, whatever follows; *why_r says why, for the log */
};

#endif
