/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The groups of test_encode; each returns the number of its tests that failed. */
#ifndef HF_UNIT_RFB_ENCODE_GROUPS_H
#define HF_UNIT_RFB_ENCODE_GROUPS_H

int test_class_group(void);
int test_cut_group(void);
int test_deflate_group(void);
int test_encoder_group(void);
int test_huffman_group(void);

#endif
