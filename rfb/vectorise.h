/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a plain loop over pixels asks the compiler for vector code: one clone for AVX2 processors
 * and one for the rest, chosen when the program starts. Knows no pixels.
 */
#ifndef HF_RFB_VECTORISE_H
#define HF_RFB_VECTORISE_H

/*
 * Before a function whose time goes into pixels: CLONED also uses the bit instructions of
 * processors with AVX2, VECTORISED makes vector code of plain loops besides. Elsewhere than on
 * x86-64 they say nothing.
 */
#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && __GNUC__ >= 12
#define CLONED __attribute__((target_clones("arch=x86-64-v3", "default")))
#define VECTORISED __attribute__((optimize("O3"), target_clones("arch=x86-64-v3", "default")))
#else
#define CLONED
#define VECTORISED
#endif

/* Before a helper that such loops call: part of every clone. */
#define INLINED static inline __attribute__((always_inline))

#endif
