mod addresses;
mod resolving;
mod rules;
