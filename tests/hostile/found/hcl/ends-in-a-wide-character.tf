locals {
  teams = {
    re😀