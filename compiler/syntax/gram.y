/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar. Each action is one constructor call of build.h; what an error
 * says is in errors.c, where the parser goes on after one is in feed.c: it
 * hands out RESYNC, the only thing that may follow "error" here.
 *
 * A statement may end without any mark, so "a" and "-b" on two lines are one
 * expression. %prec LOW makes that choice (go on while one can) explicit.
 */
%code requires {
#include "syntax/build.h"
}

%code {
#include "syntax/errors.h"

#define YYMAXDEPTH 20000
#define YYLLOC_DEFAULT(cur, rhs, n) \
	((cur) = (n) == 1 ? YYRHSLOC(rhs, 1) : (n) ? parse_span(p, YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) : (struct range){ 0, 0 })

static int gram_lex(GRAM_STYPE *value, struct range *range, struct parse *p);
static void gram_error(const struct range *range, struct parse *p, const char *msg);
}

%define api.prefix {gram_}
%define api.pure full
%define api.token.prefix {T_}
%define api.location.type {struct range}
%define parse.error custom
/* Exact tables: what an error says was expected is what could have followed, without asking at each token (LAC). */
%define lr.type canonical-lr
%define lr.default-reduction consistent
%expect 0
%param { struct parse *p }

%union {
	const struct token *tok;
	struct node *node;
	struct node_list *list;
	enum op op;
	enum vtype vtype;
}

%token END 0 "end of file"
/* Seen by pp.c and feed.c only. */
%token BAD "stray text"
%token COND_OPEN "'%('" COND_THEN "'%?'" COND_ELSE "'%:'" COND_CLOSE "'%)'"
%token ARG "'$1'" ARGSTR "'@1'"
/* Never in the text: the parser goes on behind an error. */
%token RESYNC "resync"

%token <tok> PROBE "'probe'" FUNCTION "'function'" GLOBAL "'global'" PRIVATE "'private'"
%token <tok> IF "'if'" ELSE "'else'" WHILE "'while'" FOR "'for'" FOREACH "'foreach'" IN "'in'" LIMIT "'limit'"
%token <tok> RETURN "'return'" NEXT "'next'" BREAK "'break'" CONTINUE "'continue'" DELETE "'delete'" TRY "'try'" CATCH "'catch'"
%token <tok> COMPONENT "probe point" POINT_LBRACE "'{' of a group"
%token <tok> NUMBER "number" STRING "string" IDENT "identifier" TARGET "'$' variable" AT "'@' operator" EMBEDDED "embedded C"
%token <tok> LPAREN "'('" RPAREN "')'" LBRACKET "'['" RBRACKET "']'" LBRACE "'{'" RBRACE "'}'" COMMA "','" SEMI "';'"
%token <tok> SET "'='" ADD_SET "'+='" SUB_SET "'-='" MUL_SET "'*='" DIV_SET "'/='" MOD_SET "'%='" AND_SET "'&='" OR_SET "'|='"
%token <tok> XOR_SET "'^='" SHL_SET "'<<='" SHR_SET "'>>='" CONCAT_SET "'.='" AGGREGATE "'<<<'"
%token <tok> QUESTION "'?'" COLON "':'" OROR "'||'" ANDAND "'&&'" OR "'|'" XOR "'^'" AND "'&'"
%token <tok> LT "'<'" LE "'<='" GT "'>'" GE "'>='" EQ "'=='" NE "'!='" MATCH "'=~'" NOMATCH "'!~'"
%token <tok> SHL "'<<'" SHR "'>>'" USHR "'>>>'" DOT "'.'" PLUS "'+'" MINUS "'-'" STAR "'*'" SLASH "'/'" PERCENT "'%'"
%token <tok> NOT "'!'" TILDE "'~'" INC "'++'" DEC "'--'" ARROW "'->'" PRETTY1 "'$'" PRETTY2 "'$$'"

%precedence LOW
%precedence ELSE SEMI
%right SET ADD_SET SUB_SET MUL_SET DIV_SET MOD_SET AND_SET OR_SET XOR_SET SHL_SET SHR_SET CONCAT_SET AGGREGATE
%right QUESTION
%left OROR
%left ANDAND
%left OR
%left XOR
%left AND
%precedence IN
%left LT LE GT GE EQ NE MATCH NOMATCH
%left SHL SHR USHR
%left DOT
%left PLUS MINUS
%left STAR SLASH PERCENT
%precedence UNARY NOT TILDE
%precedence INC DEC LBRACKET LPAREN ARROW PRETTY1 PRETTY2
%precedence NUMBER STRING IDENT TARGET AT EMBEDDED

%type <node> item probe point point_head component alternative point_arg function param block function_body global
%type <node> stmt stmt_tail foreach keys key expr opt_expr foreach_keys foreach_key size opt_init
%type <list> items points alternatives params param_list globals stmts exprs opt_exprs key_list foreach_key_list
%type <tok> sort wrap
%type <op> alias_op
%type <vtype> opt_type

%%

file: items				{ p->file = build_file(p, $1); }

items: %empty				{ $$ = list_new(p); }
     | items item			{ $$ = list_add(p, $1, $2); }
     | items GLOBAL globals		{ $$ = list_globals(p, $1, $3, 0); }
     | items PRIVATE GLOBAL globals	{ $$ = list_globals(p, $1, $4, F_PRIVATE); }
     | items PRIVATE globals		{ $$ = list_globals(p, $1, $3, F_PRIVATE); }
     | items SEMI			{ $$ = $1; }
     | items error RESYNC		{ $$ = $1; yyerrok; }

item: probe
    | function
    | EMBEDDED				{ $$ = build_embedded(p, $1); }

probe: PROBE points block		{ $$ = build_probe(p, @$, $1, $2, $3); }
     | PROBE points alias_op points block
					{ $$ = build_alias(p, @$, $2, $3, $4, $5, NULL); }
     | PROBE points alias_op points block COMMA block
					{ $$ = build_alias(p, @$, $2, $3, $4, $5, $7); }

alias_op: SET				{ $$ = OP_PROLOGUE; }
	| ADD_SET			{ $$ = OP_EPILOGUE; }

points: point				{ $$ = list_add(p, list_new(p), $1); }
      | points COMMA point		{ $$ = list_add(p, $1, $3); }

point: point_head
     | point_head IF LPAREN expr RPAREN	{ $$ = set_kid($1, POINT_COND, $4, @$); }

point_head: alternative
	  | alternative QUESTION	{ $$ = set_flags($1, F_OPTIONAL, @$); }
	  | alternative NOT		{ $$ = set_flags($1, F_SUFFICIENT, @$); }

alternative: component			{ $$ = build_list1(p, N_POINT, @$, $1); }
	   | alternative DOT component	{ $$ = node_append(p, $1, $3, @$); }

component: COMPONENT			{ $$ = build_component(p, @$, $1, NULL, 0); }
	 | COMPONENT LPAREN RPAREN	{ $$ = build_component(p, @$, $1, NULL, F_EMPTY_ARGS); }
	 | COMPONENT LPAREN point_arg RPAREN
					{ $$ = build_component(p, @$, $1, $3, 0); }
	 | POINT_LBRACE alternatives RBRACE
					{ $$ = build_list(p, N_BRACE, @$, $2); }

alternatives: point_head		{ $$ = list_add(p, list_new(p), $1); }
	    | alternatives COMMA point_head
					{ $$ = list_add(p, $1, $3); }

point_arg: STRING			{ $$ = build_string(p, $1); }
	 | NUMBER			{ $$ = build_number(p, @$, $1, NULL); }
	 | MINUS NUMBER			{ $$ = build_number(p, @$, $2, $1); }

function: FUNCTION IDENT opt_type LPAREN params RPAREN opt_type function_body
					{ $$ = build_function(p, @$, $2, $3 ? $3 : $7, $5, NULL, $8); }
	| FUNCTION IDENT opt_type LPAREN params RPAREN COLON NUMBER function_body
					{ $$ = build_function(p, @$, $2, $3, $5, $8, $9); }
	| PRIVATE function		{ $$ = build_private($2, @$); }

function_body: block
	     | EMBEDDED			{ $$ = build_embedded(p, $1); }

opt_type: %empty			{ $$ = VT_UNKNOWN; }
	| COLON IDENT			{ $$ = type_named(p, $2); }

params: %empty				{ $$ = list_new(p); }
      | param_list

param_list: param			{ $$ = list_add(p, list_new(p), $1); }
	  | param_list COMMA param	{ $$ = list_add(p, $1, $3); }

param: IDENT opt_type			{ $$ = build_param(p, @$, $1, $2); }

globals: global				{ $$ = list_add(p, list_new(p), $1); }
       | globals COMMA global		{ $$ = list_add(p, $1, $3); }

global: IDENT wrap opt_init		{ $$ = build_global(p, @$, $1, $2, NULL, $3); }
      | IDENT wrap size wrap opt_init	{ $$ = build_global(p, @$, $1, $2 ? $2 : $4, $3, $5); }

wrap: %empty				{ $$ = NULL; }
    | PERCENT

size: LBRACKET RBRACKET			{ $$ = build_size(p, @$, NULL); }
    | LBRACKET NUMBER RBRACKET		{ $$ = build_size(p, @$, $2); }

opt_init: %empty			{ $$ = NULL; }
	| SET expr			{ $$ = $2; }

block: LBRACE stmts RBRACE		{ $$ = build_list(p, N_BLOCK, @$, $2); }

stmts: %empty				{ $$ = list_new(p); }
     | stmts stmt			{ $$ = list_add(p, $1, $2); }
     | stmts error RESYNC		{ $$ = $1; yyerrok; }

stmt: block
    | SEMI				{ $$ = build_word(p, N_NULLSTMT, $1); }
    | stmt_tail opt_semi
    | IF LPAREN expr RPAREN stmt %prec LOW
					{ $$ = build_if(p, @$, $1, $3, $5, NULL); }
    | IF LPAREN expr RPAREN stmt ELSE stmt
					{ $$ = build_if(p, @$, $1, $3, $5, $7); }
    | WHILE LPAREN expr RPAREN stmt	{ $$ = build_while(p, @$, $1, $3, $5); }
    | FOR LPAREN opt_expr SEMI opt_expr SEMI opt_expr RPAREN stmt
					{ $$ = build_for(p, @$, $1, $3, $5, $7, $9); }
    | FOREACH LPAREN foreach RPAREN stmt
					{ $$ = build_foreach(p, @$, $1, $3, NULL, $5); }
    | FOREACH LPAREN foreach LIMIT expr RPAREN stmt
					{ $$ = build_foreach(p, @$, $1, $3, $5, $7); }
    | TRY block CATCH block		{ $$ = build_try(p, @$, $1, $2, NULL, $4); }
    | TRY block CATCH LPAREN IDENT RPAREN block
					{ $$ = build_try(p, @$, $1, $2, $5, $7); }

/* Those that a ';' may end. */
stmt_tail: expr %prec LOW		{ $$ = build_exprstmt(p, @$, $1); }
	 | BREAK			{ $$ = build_word(p, N_BREAK, $1); }
	 | CONTINUE			{ $$ = build_word(p, N_CONTINUE, $1); }
	 | NEXT				{ $$ = build_word(p, N_NEXT, $1); }
	 | RETURN %prec LOW		{ $$ = build_word(p, N_RETURN, $1); }
	 | RETURN expr %prec LOW	{ $$ = build_keyword(p, @$, N_RETURN, $1, $2); }
	 | DELETE expr %prec LOW	{ $$ = build_delete(p, @$, $1, $2); }

opt_semi: %empty %prec LOW
	| SEMI

foreach: foreach_keys IN IDENT sort	{ $$ = foreach_array(p, $1, $3, NULL, NULL, $4); }
       | foreach_keys IN IDENT AT sort	{ $$ = foreach_array(p, $1, $3, NULL, $4, $5); }
       | foreach_keys IN IDENT LBRACKET key_list RBRACKET sort
					{ $$ = foreach_array(p, $1, $3, $5, NULL, $7); }
       | foreach_keys IN IDENT LBRACKET key_list RBRACKET AT sort
					{ $$ = foreach_array(p, $1, $3, $5, $7, $8); }
       | foreach_keys IN AT LPAREN exprs RPAREN sort
					{ $$ = foreach_hist(p, $1, build_at(p, @3, $3, $5), $7); }
       | IDENT sort SET foreach		{ $$ = foreach_value(p, $4, $1, $2); }

foreach_keys: foreach_key		{ $$ = build_list1(p, N_FOREACH, @$, $1); }
	    | LBRACKET foreach_key_list RBRACKET
					{ $$ = build_list(p, N_FOREACH, @$, $2); }

foreach_key_list: foreach_key		{ $$ = list_add(p, list_new(p), $1); }
		| foreach_key_list COMMA foreach_key
					{ $$ = list_add(p, $1, $3); }

foreach_key: IDENT sort			{ $$ = build_key(p, $1, $2); }

sort: %empty				{ $$ = NULL; }
    | PLUS
    | MINUS

opt_expr: %empty			{ $$ = NULL; }
	| expr

opt_exprs: %empty			{ $$ = list_new(p); }
	 | exprs

exprs: expr				{ $$ = list_add(p, list_new(p), $1); }
     | exprs COMMA expr			{ $$ = list_add(p, $1, $3); }

keys: LBRACKET key_list RBRACKET	{ $$ = build_list(p, N_INDEX, @$, $2); }

key_list: key				{ $$ = list_add(p, list_new(p), $1); }
	| key_list COMMA key		{ $$ = list_add(p, $1, $3); }

key: expr
   | STAR				{ $$ = build_word(p, N_STAR, $1); }

expr: NUMBER				{ $$ = build_number(p, @$, $1, NULL); }
    | STRING				{ $$ = build_string(p, $1); }
    | IDENT %prec LOW			{ $$ = build_ident(p, $1); }
    | TARGET				{ $$ = build_named(p, N_TARGET, $1); }
    | EMBEDDED				{ $$ = build_embedded(p, $1); }
    | LPAREN expr RPAREN		{ $$ = set_flags($2, F_PARENS, @$); }
    | IDENT LPAREN opt_exprs RPAREN	{ $$ = build_call(p, @$, $1, $3); }
    | AT LPAREN opt_exprs RPAREN	{ $$ = build_at(p, @$, $1, $3); }
    | keys IN IDENT %prec UNARY		{ $$ = build_in(p, @$, @2, $1, $3); }
    | expr IN IDENT			{ $$ = build_in1(p, @$, @2, $1, $3); }
    | expr keys				{ $$ = build_index(p, @$, $1, $2); }
    | expr ARROW IDENT			{ $$ = build_member(p, @$, $1, $2, $3); }
    | expr ARROW TARGET			{ $$ = build_member(p, @$, $1, $2, $3); }
    | expr PRETTY1			{ $$ = build_pretty(p, @$, $1, $2, 1); }
    | expr PRETTY2			{ $$ = build_pretty(p, @$, $1, $2, 2); }
    | expr INC				{ $$ = build_incdec(p, @$, OP_ADD, $2, $1, 0); }
    | expr DEC				{ $$ = build_incdec(p, @$, OP_SUB, $2, $1, 0); }
    | INC expr %prec UNARY		{ $$ = build_incdec(p, @$, OP_ADD, $1, $2, F_PREFIX); }
    | DEC expr %prec UNARY		{ $$ = build_incdec(p, @$, OP_SUB, $1, $2, F_PREFIX); }
    | MINUS expr %prec UNARY		{ $$ = build_unary(p, @$, OP_NEG, $1, $2); }
    | PLUS expr %prec UNARY		{ $$ = build_unary(p, @$, OP_PLUS, $1, $2); }
    | NOT expr				{ $$ = build_unary(p, @$, OP_NOT, $1, $2); }
    | TILDE expr			{ $$ = build_unary(p, @$, OP_BITNOT, $1, $2); }
    | AND expr %prec UNARY		{ $$ = build_address(p, @$, $1, $2); }
    | expr STAR expr			{ $$ = build_binary(p, @$, OP_MUL, @2, $1, $3); }
    | expr SLASH expr			{ $$ = build_binary(p, @$, OP_DIV, @2, $1, $3); }
    | expr PERCENT expr			{ $$ = build_binary(p, @$, OP_MOD, @2, $1, $3); }
    | expr PLUS expr			{ $$ = build_binary(p, @$, OP_ADD, @2, $1, $3); }
    | expr MINUS expr			{ $$ = build_binary(p, @$, OP_SUB, @2, $1, $3); }
    | expr DOT expr			{ $$ = build_binary(p, @$, OP_CONCAT, @2, $1, $3); }
    | expr SHL expr			{ $$ = build_binary(p, @$, OP_SHL, @2, $1, $3); }
    | expr SHR expr			{ $$ = build_binary(p, @$, OP_SHR, @2, $1, $3); }
    | expr USHR expr			{ $$ = build_binary(p, @$, OP_USHR, @2, $1, $3); }
    | expr LT expr			{ $$ = build_binary(p, @$, OP_LT, @2, $1, $3); }
    | expr LE expr			{ $$ = build_binary(p, @$, OP_LE, @2, $1, $3); }
    | expr GT expr			{ $$ = build_binary(p, @$, OP_GT, @2, $1, $3); }
    | expr GE expr			{ $$ = build_binary(p, @$, OP_GE, @2, $1, $3); }
    | expr EQ expr			{ $$ = build_binary(p, @$, OP_EQ, @2, $1, $3); }
    | expr NE expr			{ $$ = build_binary(p, @$, OP_NE, @2, $1, $3); }
    | expr MATCH expr			{ $$ = build_regex(p, @$, OP_MATCH, @2, $1, $3); }
    | expr NOMATCH expr			{ $$ = build_regex(p, @$, OP_NOMATCH, @2, $1, $3); }
    | expr AND expr			{ $$ = build_binary(p, @$, OP_BITAND, @2, $1, $3); }
    | expr XOR expr			{ $$ = build_binary(p, @$, OP_BITXOR, @2, $1, $3); }
    | expr OR expr			{ $$ = build_binary(p, @$, OP_BITOR, @2, $1, $3); }
    | expr ANDAND expr			{ $$ = build_binary(p, @$, OP_ANDAND, @2, $1, $3); }
    | expr OROR expr			{ $$ = build_binary(p, @$, OP_OROR, @2, $1, $3); }
    | expr QUESTION expr COLON expr %prec QUESTION
					{ $$ = build_ternary(p, @$, @2, $1, $3, $5); }
    | expr SET expr			{ $$ = build_assign(p, @$, OP_ASSIGN, @2, $1, $3); }
    | expr ADD_SET expr			{ $$ = build_assign(p, @$, OP_ADD, @2, $1, $3); }
    | expr SUB_SET expr			{ $$ = build_assign(p, @$, OP_SUB, @2, $1, $3); }
    | expr MUL_SET expr			{ $$ = build_assign(p, @$, OP_MUL, @2, $1, $3); }
    | expr DIV_SET expr			{ $$ = build_assign(p, @$, OP_DIV, @2, $1, $3); }
    | expr MOD_SET expr			{ $$ = build_assign(p, @$, OP_MOD, @2, $1, $3); }
    | expr AND_SET expr			{ $$ = build_assign(p, @$, OP_BITAND, @2, $1, $3); }
    | expr OR_SET expr			{ $$ = build_assign(p, @$, OP_BITOR, @2, $1, $3); }
    | expr XOR_SET expr			{ $$ = build_assign(p, @$, OP_BITXOR, @2, $1, $3); }
    | expr SHL_SET expr			{ $$ = build_assign(p, @$, OP_SHL, @2, $1, $3); }
    | expr SHR_SET expr			{ $$ = build_assign(p, @$, OP_SHR, @2, $1, $3); }
    | expr CONCAT_SET expr		{ $$ = build_assign(p, @$, OP_CONCAT, @2, $1, $3); }
    | expr AGGREGATE expr		{ $$ = build_assign(p, @$, OP_AGGREGATE, @2, $1, $3); }

%%

static int gram_lex(GRAM_STYPE *value, struct range *range, struct parse *p)
{
	const struct token *t = feed_next(p);

	value->tok = t;
	*range = t->range;
	return t->kind;
}

/* Called for a full stack only: all else goes through yyreport_syntax_error. */
static void gram_error(const struct range *range, struct parse *p, const char *msg)
{
	(void)msg;
	report_too_deep(p, *range);
}

static int yyreport_syntax_error(const yypcontext_t *ctx, struct parse *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	int n = yypcontext_expected_tokens(ctx, kinds, YYNTOKENS);

	for (int i = 0; i < n; i++)
		names[i] = yysymbol_name(kinds[i]);
	report_unexpected(p, *yypcontext_location(ctx), names, n > 0 ? (unsigned)n : 0);
	feed_resync(p);
	return 0;
}
