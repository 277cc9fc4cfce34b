/* SPDX-License-Identifier: GPL-2.0-or-later OR 0BSD */
/*
 * Markers in programs: a place with a name, and values that are looked at there
 * only while somebody probes it. Each costs one nop, and a note in the file
 * (.note.stapsdt) that says where it is, and where its arguments are: in a
 * register, in memory, or a constant.
 *
 *	#include <sys/sdt.h>
 *	STAP_PROBE2(shop, sale, item, price);
 *
 *	probe process("shop").mark("sale") { println($arg1, " ", $arg2) }
 *
 * STAP_PROBE, STAP_PROBE1 to 12, and the same as DTRACE_PROBE, take a provider, a name and that many
 * arguments; STAP_PROBEV counts them itself. An argument is an integer, a pointer, an array (its address),
 * an enumeration or a floating-point number; of a bit-field, its value: +x.field. A '-' in a name is written "__".
 *
 * A marker whose arguments are expensive can be left out while nobody watches:
 *
 *	SDT_SEMAPHORE(shop, sale);                         at file scope, in one file; SDT_SEMAPHORE_DECLARE in others
 *	if (SDT_WATCHED(shop, sale))
 *		STAP_PROBE1(shop, sale, expensive());
 *
 * with SDT_USE_SEMAPHORES (or _SDT_HAS_SEMAPHORES) defined before this file is included: then each marker of that file has one.
 *
 * C, C++ and assembler, of gcc and clang, for x86 and arm64. Format and names are those that debuggers and tracers agree on; this
 * is an implementation of its own.
 */
#ifndef SONDE_SYS_SDT_H
#define SONDE_SYS_SDT_H
#define _SYS_SDT_H 1 /* as that of others has it: whichever comes first serves */

#if defined(SDT_USE_SEMAPHORES) && !defined(_SDT_HAS_SEMAPHORES)
#define _SDT_HAS_SEMAPHORES 1
#endif

#if defined(__LP64__) || defined(__aarch64__)
#define SDT_WORD_ ".8byte"
#else
#define SDT_WORD_ ".4byte"
#endif

#define SDT_STR_(x) #x
#define SDT_TEXT_(x) SDT_STR_(x)

#ifdef _SDT_HAS_SEMAPHORES
#define SDT_COUNTER_(provider, name) SDT_STR_(provider) "_" SDT_STR_(name) "_semaphore"
#else
#define SDT_COUNTER_(provider, name) "0"
#endif

/*
 * The nop and its note; args: directives that make the text of the arguments. The group of the section ("?") lets a note go with its function
 * when that is there several times. The symbol is for those who move a whole file (prelink): notes are not relocated then.
 */
#define SDT_NOTE_(provider, name, args) \
	"990:	nop\n" \
	"	.pushsection .note.stapsdt,\"?\",\"note\"\n" \
	"	.balign 4\n" \
	"	.4byte 992f-991f, 994f-993f, 3\n" \
	"991:	.asciz \"stapsdt\"\n" \
	"992:	.balign 4\n" \
	"993:	" SDT_WORD_ " 990b\n" \
	"	" SDT_WORD_ " _.stapsdt.base\n" \
	"	" SDT_WORD_ " " SDT_COUNTER_(provider, name) "\n" \
	"	.asciz \"" SDT_STR_(provider) "\"\n" \
	"	.asciz \"" SDT_STR_(name) "\"\n" \
	args \
	"	.byte 0\n" \
	"994:	.balign 4\n" \
	"	.popsection\n" \
	"	.ifndef _.stapsdt.base\n" \
	"	.pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n" \
	"	.weak _.stapsdt.base\n" \
	"	.hidden _.stapsdt.base\n" \
	"_.stapsdt.base:	.space 1\n" \
	"	.size _.stapsdt.base, 1\n" \
	"	.popsection\n" \
	"	.endif\n"

#ifdef __ASSEMBLER__

/* In a file of assembler each string has to be a directive of its own: STAP_PROBE_ASM(shop, sale, -4@%edi 8@%rsi) */
#define STAP_PROBE_ASM(provider, name, ...) \
	990:	nop; \
	.pushsection .note.stapsdt,"?","note"; \
	.balign 4; \
	.4byte 992f-991f, 994f-993f, 3; \
	991:	.asciz "stapsdt"; \
	992:	.balign 4; \
	993:	SDT_ASM_WORD_ 990b; \
	SDT_ASM_WORD_ _.stapsdt.base; \
	SDT_ASM_WORD_ 0; \
	.asciz SDT_STR_(provider); \
	.asciz SDT_STR_(name); \
	.asciz SDT_STR_(__VA_ARGS__); \
	994:	.balign 4; \
	.popsection; \
	.ifndef _.stapsdt.base; \
	.pushsection .stapsdt.base,"aG","progbits",.stapsdt.base,comdat; \
	.weak _.stapsdt.base; \
	.hidden _.stapsdt.base; \
	_.stapsdt.base:	.space 1; \
	.size _.stapsdt.base, 1; \
	.popsection; \
	.endif
#if defined(__LP64__) || defined(__aarch64__)
#define SDT_ASM_WORD_ .8byte
#else
#define SDT_ASM_WORD_ .4byte
#endif

#else /* of C and C++ */

#pragma GCC system_header

/* Where a compiler may leave an argument: any constant, memory or register that the format has words for. */
#ifndef STAP_SDT_ARG_CONSTRAINT
#define STAP_SDT_ARG_CONSTRAINT nor
#endif
#define SDT_WHERE_ SDT_TEXT_(STAP_SDT_ARG_CONSTRAINT)

/* The size of what is signed is negative, of floating-point numbers 1000 more: gcc takes 30 operands at most, so each argument has two. */
#ifdef __cplusplus

/* Pointers, and what becomes one: arrays and functions. */
template <class T> char sdt_is_address_(T *);
short sdt_is_address_(...);
template <class T, bool address> struct sdt_arg_ { enum { size = T(-1) < T(1) ? -(int)sizeof(T) : (int)sizeof(T) }; };
template <class T> struct sdt_arg_<const T, false> { enum { size = sdt_arg_<T, false>::size }; };
template <class T> struct sdt_arg_<volatile T, false> { enum { size = sdt_arg_<T, false>::size }; };
template <class T> struct sdt_arg_<const volatile T, false> { enum { size = sdt_arg_<T, false>::size }; };
template <class T> struct sdt_arg_<T, true> { enum { size = (int)sizeof(void *) }; };
template <> struct sdt_arg_<float, false> { enum { size = 1000 + (int)sizeof(float) }; };
template <> struct sdt_arg_<double, false> { enum { size = 1000 + (int)sizeof(double) }; };
template <> struct sdt_arg_<long double, false> { enum { size = 1000 + (int)sizeof(long double) }; };
#if __cplusplus >= 201103L
template <> struct sdt_arg_<decltype(nullptr), false> { enum { size = (int)sizeof(void *) }; };
#endif
#define SDT_SIZE_(x) ((int)sdt_arg_<__typeof__(x), sizeof(sdt_is_address_(x)) == 1>::size)
#define SDT_VALUE_(x) (x)

#else

/* Classes of the compiler: 5 are pointers, also what an array or a function becomes, 8 floating-point numbers. */
#define SDT_CLASS_(x) __builtin_classify_type(x)
#define SDT_VALUE_(x) __builtin_choose_expr(SDT_CLASS_(x) == 5, (__UINTPTR_TYPE__)(x), (x))
#define SDT_TYPE_(x) __typeof__(SDT_VALUE_(x))
#define SDT_SIZE_(x) \
	((int)(SDT_CLASS_(x) == 8 ? 1000 + sizeof(SDT_TYPE_(x)) : (SDT_TYPE_(x))-1 < (SDT_TYPE_(x))1 ? -sizeof(SDT_TYPE_(x)) : sizeof(SDT_TYPE_(x))))

#endif

/* One argument: "-4@%eax", a floating-point one "8f@%rax". */
#define SDT_ARG_(blank, n) \
	"	.if %c[s" #n "] == 1004\n" \
	"	.ascii \"" blank "4f\"\n" \
	"	.elseif %c[s" #n "] == 1008\n" \
	"	.ascii \"" blank "8f\"\n" \
	"	.elseif %c[s" #n "] > 1000\n" \
	"	.ascii \"" blank "16f\"\n" \
	"	.else\n" \
	"	.ascii \"" blank "%c[s" #n "]\"\n" \
	"	.endif\n" \
	"	.ascii \"@%[a" #n "]\"\n"
#define SDT_IN_(n, x) [s##n] "i"(SDT_SIZE_(x)), [a##n] SDT_WHERE_(SDT_VALUE_(x))

#define SDT_ARGS_0_ ""
#define SDT_ARGS_1_ SDT_ARG_("", 1)
#define SDT_ARGS_2_ SDT_ARGS_1_ SDT_ARG_(" ", 2)
#define SDT_ARGS_3_ SDT_ARGS_2_ SDT_ARG_(" ", 3)
#define SDT_ARGS_4_ SDT_ARGS_3_ SDT_ARG_(" ", 4)
#define SDT_ARGS_5_ SDT_ARGS_4_ SDT_ARG_(" ", 5)
#define SDT_ARGS_6_ SDT_ARGS_5_ SDT_ARG_(" ", 6)
#define SDT_ARGS_7_ SDT_ARGS_6_ SDT_ARG_(" ", 7)
#define SDT_ARGS_8_ SDT_ARGS_7_ SDT_ARG_(" ", 8)
#define SDT_ARGS_9_ SDT_ARGS_8_ SDT_ARG_(" ", 9)
#define SDT_ARGS_10_ SDT_ARGS_9_ SDT_ARG_(" ", 10)
#define SDT_ARGS_11_ SDT_ARGS_10_ SDT_ARG_(" ", 11)
#define SDT_ARGS_12_ SDT_ARGS_11_ SDT_ARG_(" ", 12)

#define SDT_INS_0_() [none] "i"(0)
#define SDT_INS_1_(a) SDT_IN_(1, a)
#define SDT_INS_2_(a, b) SDT_INS_1_(a), SDT_IN_(2, b)
#define SDT_INS_3_(a, b, c) SDT_INS_2_(a, b), SDT_IN_(3, c)
#define SDT_INS_4_(a, b, c, d) SDT_INS_3_(a, b, c), SDT_IN_(4, d)
#define SDT_INS_5_(a, b, c, d, e) SDT_INS_4_(a, b, c, d), SDT_IN_(5, e)
#define SDT_INS_6_(a, b, c, d, e, f) SDT_INS_5_(a, b, c, d, e), SDT_IN_(6, f)
#define SDT_INS_7_(a, b, c, d, e, f, g) SDT_INS_6_(a, b, c, d, e, f), SDT_IN_(7, g)
#define SDT_INS_8_(a, b, c, d, e, f, g, h) SDT_INS_7_(a, b, c, d, e, f, g), SDT_IN_(8, h)
#define SDT_INS_9_(a, b, c, d, e, f, g, h, i) SDT_INS_8_(a, b, c, d, e, f, g, h), SDT_IN_(9, i)
#define SDT_INS_10_(a, b, c, d, e, f, g, h, i, j) SDT_INS_9_(a, b, c, d, e, f, g, h, i), SDT_IN_(10, j)
#define SDT_INS_11_(a, b, c, d, e, f, g, h, i, j, k) SDT_INS_10_(a, b, c, d, e, f, g, h, i, j), SDT_IN_(11, k)
#define SDT_INS_12_(a, b, c, d, e, f, g, h, i, j, k, l) SDT_INS_11_(a, b, c, d, e, f, g, h, i, j, k), SDT_IN_(12, l)

#define SDT_PROBE_(provider, name, n, ...) \
	do { \
		__asm__ __volatile__(SDT_NOTE_(provider, name, SDT_ARGS_##n##_) : : SDT_INS_##n##_(__VA_ARGS__)); \
	} while (0)

#define STAP_PROBE(provider, name) \
	do { \
		__asm__ __volatile__(SDT_NOTE_(provider, name, "") : :); \
	} while (0)
#define STAP_PROBE1(provider, name, a) SDT_PROBE_(provider, name, 1, a)
#define STAP_PROBE2(provider, name, a, b) SDT_PROBE_(provider, name, 2, a, b)
#define STAP_PROBE3(provider, name, a, b, c) SDT_PROBE_(provider, name, 3, a, b, c)
#define STAP_PROBE4(provider, name, a, b, c, d) SDT_PROBE_(provider, name, 4, a, b, c, d)
#define STAP_PROBE5(provider, name, a, b, c, d, e) SDT_PROBE_(provider, name, 5, a, b, c, d, e)
#define STAP_PROBE6(provider, name, a, b, c, d, e, f) SDT_PROBE_(provider, name, 6, a, b, c, d, e, f)
#define STAP_PROBE7(provider, name, a, b, c, d, e, f, g) SDT_PROBE_(provider, name, 7, a, b, c, d, e, f, g)
#define STAP_PROBE8(provider, name, a, b, c, d, e, f, g, h) SDT_PROBE_(provider, name, 8, a, b, c, d, e, f, g, h)
#define STAP_PROBE9(provider, name, a, b, c, d, e, f, g, h, i) SDT_PROBE_(provider, name, 9, a, b, c, d, e, f, g, h, i)
#define STAP_PROBE10(provider, name, a, b, c, d, e, f, g, h, i, j) SDT_PROBE_(provider, name, 10, a, b, c, d, e, f, g, h, i, j)
#define STAP_PROBE11(provider, name, a, b, c, d, e, f, g, h, i, j, k) SDT_PROBE_(provider, name, 11, a, b, c, d, e, f, g, h, i, j, k)
#define STAP_PROBE12(provider, name, a, b, c, d, e, f, g, h, i, j, k, l) SDT_PROBE_(provider, name, 12, a, b, c, d, e, f, g, h, i, j, k, l)

/* STAP_PROBEV(provider, name, up to 12 arguments) */
#define SDT_PICK_(p, n, a, b, c, d, e, f, g, h, i, j, k, l, which, ...) which
#define STAP_PROBEV(...) \
	SDT_PICK_(__VA_ARGS__, STAP_PROBE12, STAP_PROBE11, STAP_PROBE10, STAP_PROBE9, STAP_PROBE8, STAP_PROBE7, STAP_PROBE6, STAP_PROBE5, \
		  STAP_PROBE4, STAP_PROBE3, STAP_PROBE2, STAP_PROBE1, STAP_PROBE, )(__VA_ARGS__)

/*
 * In inline assembler of one's own: args are a literal text "-4@%0", or STAP_PROBE_ASM_TEMPLATE(n) with STAP_PROBE_ASM_OPERANDS(n, ...)
 * among the inputs.
 */
#define STAP_PROBE_ASM(provider, name, ...) SDT_NOTE_(provider, name, "	.ascii \"" __VA_ARGS__ "\"\n")
#define STAP_PROBE_ASM_TEMPLATE(n) "\"\n" SDT_ARGS_##n##_ "	.ascii \""
#define STAP_PROBE_ASM_OPERANDS(n, ...) SDT_INS_##n##_(__VA_ARGS__)

#ifdef __cplusplus
#define SDT_C_ extern "C"
#else
#define SDT_C_ extern
#endif
#define SDT_SEMAPHORE_DECLARE(provider, name) SDT_C_ unsigned short provider##_##name##_semaphore
#define SDT_SEMAPHORE(provider, name) \
	SDT_SEMAPHORE_DECLARE(provider, name) __attribute__((__visibility__("hidden"))); \
	__attribute__((__used__, __section__(".probes"))) unsigned short provider##_##name##_semaphore
#define SDT_WATCHED(provider, name) __builtin_expect(*(volatile unsigned short *)&provider##_##name##_semaphore, 0)

#define DTRACE_PROBE STAP_PROBE
#define DTRACE_PROBE1 STAP_PROBE1
#define DTRACE_PROBE2 STAP_PROBE2
#define DTRACE_PROBE3 STAP_PROBE3
#define DTRACE_PROBE4 STAP_PROBE4
#define DTRACE_PROBE5 STAP_PROBE5
#define DTRACE_PROBE6 STAP_PROBE6
#define DTRACE_PROBE7 STAP_PROBE7
#define DTRACE_PROBE8 STAP_PROBE8
#define DTRACE_PROBE9 STAP_PROBE9
#define DTRACE_PROBE10 STAP_PROBE10
#define DTRACE_PROBE11 STAP_PROBE11
#define DTRACE_PROBE12 STAP_PROBE12

#endif /* of C and C++ */
#endif
