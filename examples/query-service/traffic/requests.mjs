// What the shop's pages, apps and partners ask for. Personal data included: that is what real traffic is like.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRandom, makeWeighted, makeZipf } from './random.mjs';

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'shop-app/4.2 (android)',
  'partner-feed/1.9',
];
const countries = ['DE', 'FR', 'NL', 'SE', 'PL', 'IT', 'ES', 'DK', 'PT', 'CZ'];

/** How often each request below occurs; and how unequal the popularity of customers and products is. */
const mixes = {
  training: {
    exponent: 0.9,
    weights: {
      search: 20,
      searchInCategory: 8,
      product: 20,
      boughtTogether: 8,
      category: 12,
      categories: 1,
      byEmail: 5,
      byPhone: 3,
      byToken: 4,
      orders: 7,
      ordersByEmail: 3,
      order: 5,
      sales: 3,
      bestCustomers: 2,
      quote: 6,
      match: 3,
    },
  },
  'held-out': {
    exponent: 0.7,
    weights: {
      search: 15,
      searchInCategory: 10,
      product: 24,
      boughtTogether: 6,
      category: 9,
      categories: 2,
      byEmail: 6,
      byPhone: 4,
      byToken: 3,
      orders: 9,
      ordersByEmail: 4,
      order: 7,
      sales: 2,
      bestCustomers: 3,
      quote: 4,
      match: 4,
    },
  },
};
export const mixNames = Object.keys(mixes);

async function readRows(file) {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The customers and products that exist, as `query-service export` wrote them. */
export async function readFacts(directory) {
  const [customers, products] = await Promise.all([
    readRows(join(directory, 'customers.jsonl')),
    readRows(join(directory, 'products.jsonl')),
  ]);
  return { customers, products };
}

const days = (number) => new Date(Date.UTC(2024, 0, 1 + number)).toISOString().slice(0, 10);
const query = (path, values) => `${path}?${new URLSearchParams(values)}`;

/** The requests of a mix by name: each a function of nothing that answers {path} or {path, type, body}. */
function makeKinds({ random, customer, product, facts }) {
  const below = (limit) => Math.floor(random() * limit);
  const words = (text, count) => {
    const all = text
      .toLowerCase()
      .replace(/[^a-z ]/g, '')
      .split(' ');
    return Array.from({ length: count }, () => all[below(all.length)]).join(' ');
  };
  const searched = () => {
    const { title, description } = product();
    return random() < 0.6 ? words(title, 1 + below(2)) : words(`${title} ${description}`, 2);
  };
  const unfinished = (text) => (random() < 0.25 ? text.slice(0, Math.max(3, text.length - 2)) : text);
  const period = (longest) => {
    const from = below(690);
    return { from: days(from), to: days(from + 1 + below(longest)) };
  };
  const quote = () => {
    const { full_name, email, phone } = customer();
    const items = Array.from({ length: 1 + below(6) }, () => ({ sku: product().sku, quantity: 1 + below(24) }));
    const country = countries[below(countries.length)];
    return { customer: { full_name, email, phone, country }, items, ...(random() < 0.3 && { coupon: 'WELCOME' }) };
  };
  const match = () => {
    const { full_name, email, phone, card } = customer();
    return new URLSearchParams({ full_name, ...(random() < 0.7 && { email }), ...(random() < 0.5 && { phone }), card }).toString();
  };
  return {
    search: () => ({ path: query('/search', { q: unfinished(searched()) }) }),
    searchInCategory: () => ({ path: query('/search', { q: searched(), category: 1 + below(40), max: 5000 + below(20000) }) }),
    product: () => ({ path: `/products/${product().id}` }),
    boughtTogether: () => ({ path: `/products/${product().id}/bought-together` }),
    category: () => ({
      path: query(`/categories/${1 + below(40)}/products`, { sort: random() < 0.5 ? 'rating' : 'price', page: 1 + below(3) }),
    }),
    categories: () => ({ path: '/categories' }),
    byEmail: () => ({ path: query('/customers', { email: customer().email }) }),
    byPhone: () => ({ path: query('/customers', { phone: customer().phone }) }),
    byToken: () => ({ path: query('/customers', { account_token: customer().account_token }) }),
    orders: () => ({ path: query(`/customers/${customer().id}/orders`, { limit: 5 + below(20) }) }),
    ordersByEmail: () => ({ path: `/customers/${encodeURIComponent(customer().email)}/orders` }),
    order: () => ({ path: `/orders/${1 + below(facts.customers.length * 3)}` }),
    sales: () => ({ path: query('/reports/sales', { ...period(6), by: ['category', 'country', 'day'][below(3)] }) }),
    bestCustomers: () => ({
      path: query('/reports/customers', { ...period(20), ...(random() < 0.5 && { country: countries[below(countries.length)] }) }),
    }),
    quote: () => ({ path: '/quotes', type: 'application/json', body: JSON.stringify(quote()) }),
    match: () => ({ path: '/customers/match', type: 'application/x-www-form-urlencoded', body: match() }),
  };
}

function headersOf(customer, random, request) {
  const headers = {
    'user-agent': agents[Math.floor(random() * agents.length)],
    accept: 'application/json',
    'accept-language': 'en-GB,en;q=0.8,de;q=0.5',
    'x-forwarded-for': customer.signup_ip,
    authorization: `Bearer ${customer.account_token.slice(8)}.${customer.account_token}`,
    cookie: `session=${customer.account_token.slice(0, 20)}; theme=light`,
  };
  if (random() < 0.4) headers.referer = `https://shop.example/account?email=${encodeURIComponent(customer.email)}`;
  if (request.body) {
    headers['content-type'] = request.type;
    headers['content-length'] = Buffer.byteLength(request.body);
  }
  return headers;
}

/** Answers a function that makes the next request: {kind, method, path, headers, body}. Equal seeds make equal requests. */
export function makeRequests(facts, { mix, seed }) {
  const { exponent, weights } = mixes[mix];
  const random = makeRandom(seed);
  const drawCustomer = makeZipf(facts.customers, exponent, seed + 1);
  const drawProduct = makeZipf(facts.products, exponent, seed + 2);
  const customer = () => drawCustomer(random);
  const kinds = makeKinds({ random, customer, product: () => drawProduct(random), facts });
  const names = Object.keys(weights);
  const draw = makeWeighted(names.map((name) => weights[name]));
  return () => {
    const kind = names[draw(random)];
    const request = kinds[kind]();
    return { kind, method: request.body ? 'POST' : 'GET', ...request, headers: headersOf(customer(), random, request) };
  };
}
