mod coalescing;
mod fairness;
mod fake;
mod intervals;
mod lifetime;
mod property;
mod retry;
