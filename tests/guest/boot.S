/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Multiboot entry: a stack, cleared .bss, flat segments, guest_main; and the interrupt stubs. */

#define MULTIBOOT_MAGIC 0x1BADB002
#define MULTIBOOT_MEMORY_INFO 0x00000002
#define STACK_SIZE 65536

    .section .multiboot, "a"
    .align 4
    .long MULTIBOOT_MAGIC
    .long MULTIBOOT_MEMORY_INFO
    .long -(MULTIBOOT_MAGIC + MULTIBOOT_MEMORY_INFO)

    .text
    .globl guest_start
guest_start:
    cli
    cld
    movl $stack_top, %esp
    movl %eax, %edx
    movl $_bss_start, %edi
    movl $_bss_end, %ecx
    subl %edi, %ecx
    shrl $2, %ecx
    xorl %eax, %eax
    rep stosl
    lgdt gdt_pointer
    ljmp $0x08, $1f
1:  movw $0x10, %cx
    movw %cx, %ds
    movw %cx, %es
    movw %cx, %fs
    movw %cx, %gs
    movw %cx, %ss
    pushl %ebx
    pushl %edx
    call guest_main
2:  cli
    hlt
    jmp 2b

/* Every stub leaves the same frame (struct irq_frame): the error code, or 0, and the vector. */
    .macro vector number, has_code=0
    .text
1:  .if \has_code == 0
    pushl $0
    .endif
    pushl $\number
    jmp vector_common
    .section .rodata
    .long 1b
    .endm

    .section .rodata
    .align 4
    .globl irq_vectors
irq_vectors:
    .altmacro
    .set n, 0
    .rept 8
    vector %n
    .set n, n + 1
    .endr
    vector 8, 1
    vector 9
    vector 10, 1
    vector 11, 1
    vector 12, 1
    vector 13, 1
    vector 14, 1
    vector 15
    vector 16
    vector 17, 1
    .set n, 18
    .rept 30
    vector %n
    .set n, n + 1
    .endr

    .text
vector_common:
    pushal
    cld
    pushl %esp
    call irq_dispatch
    addl $4, %esp
    popal
    addl $8, %esp
    iret

    .section .rodata
    .align 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .long gdt

    .bss
    .align 16
    .skip STACK_SIZE
stack_top:

    .section .note.GNU-stack, "", @progbits
