-- One row per entry of the ledger. The spread comes from products with primes:
-- two runs give the same ledger.
CREATE TEMPORARY TABLE ledger_plan ON COMMIT DROP AS
WITH entry AS (
    SELECT n,
           CASE WHEN n < %(paid)s THEN 'paid'
                WHEN n < %(items)s THEN 'open'
                ELSE 'credit' END AS kind,
           CASE WHEN n < %(paid)s THEN %(today)s - 60 - (n * 7919 %% 660)::int
                WHEN n < %(late)s THEN %(today)s - 1 - (n * 7919 %% %(oldest)s)::int
                WHEN n < %(items)s THEN %(today)s + (n * 7919 %% 60)::int
           END AS due_date,
           50 + (n * 102937 %% 100000) / 100.0 AS untaxed,
           n %% %(debtors)s AS debtor,
           1 + (n / %(debtors)s %% cardinality(%(currency_ids)s)) AS currency
      FROM generate_series(0::bigint, %(entries)s - 1) n
), amount AS (
    SELECT entry.*,
           due_date - 30 AS invoice_date,
           CASE kind WHEN 'paid' THEN due_date - 10 + (n * 31 %% 50)::int
                     WHEN 'credit' THEN %(today)s - (n * 31 %% 30)::int
           END AS payment_date,
           CASE kind WHEN 'credit' THEN 0
               ELSE untaxed * (%(tax)s)[currency]::numeric END AS exact_tax,
           (%(currency_ids)s)[currency] AS currency_id,
           (%(rates)s)[currency]::numeric AS rate
      FROM entry
), numbered AS (
    SELECT amount.*,
           round(exact_tax, 2) AS tax,
           round(untaxed / rate, 2) AS untaxed_balance,
           round(exact_tax / rate, 2) AS tax_balance,
           replace(%(prefix)s, %(year)s, extract(year FROM invoice_date)::text)
               AS prefix,
           row_number() OVER (
               PARTITION BY extract(year FROM invoice_date) ORDER BY invoice_date, n
           ) AS rank,
           replace(%(payment_prefix)s, %(year)s, extract(year FROM payment_date)::text)
               AS payment_prefix,
           row_number() OVER (
               PARTITION BY extract(year FROM payment_date) ORDER BY payment_date, n
           ) AS payment_rank
      FROM amount
), taken AS (
    SELECT sequence_prefix AS prefix, max(sequence_number) AS number
      FROM account_move
     WHERE journal_id = ANY(%(journal_ids)s)
  GROUP BY sequence_prefix
), identified AS (
    SELECT numbered.*,
           coalesce(taken.number, 0) + rank AS number,
           coalesce(payment_taken.number, 0) + payment_rank AS payment_number
      FROM numbered
 LEFT JOIN taken ON taken.prefix = numbered.prefix
 LEFT JOIN taken payment_taken ON payment_taken.prefix = numbered.payment_prefix
)
SELECT i.*,
       untaxed + tax AS total,
       untaxed_balance + tax_balance AS total_balance,
       d.id AS partner_id,
       d.name AS partner_name,
       i.prefix || lpad(
           number::text, greatest(%(padding)s, length(number::text)), '0'
       ) AS name,
       i.payment_prefix || lpad(
           payment_number::text,
           greatest(%(payment_padding)s, length(payment_number::text)),
           '0'
       ) AS payment_name,
       CASE WHEN kind <> 'credit' THEN nextval('account_move_id_seq') END AS move_id,
       CASE WHEN kind <> 'credit' THEN nextval('account_move_line_id_seq') END
           AS product_id,
       CASE WHEN tax <> 0 THEN nextval('account_move_line_id_seq') END AS tax_id,
       CASE WHEN kind <> 'credit' THEN nextval('account_move_line_id_seq') END
           AS term_id,
       CASE WHEN kind <> 'open' THEN nextval('account_payment_id_seq') END
           AS payment_id,
       CASE WHEN kind <> 'open' THEN nextval('account_move_id_seq') END
           AS payment_move_id,
       CASE WHEN kind <> 'open' THEN nextval('account_move_line_id_seq') END
           AS liquidity_id,
       CASE WHEN kind <> 'open' THEN nextval('account_move_line_id_seq') END
           AS counterpart_id,
       CASE WHEN kind = 'paid' THEN nextval('account_full_reconcile_id_seq') END
           AS full_id,
       CASE WHEN kind = 'paid' THEN nextval('account_partial_reconcile_id_seq') END
           AS partial_id
  FROM identified i
  JOIN ledger_debtor d ON d.n = i.debtor
