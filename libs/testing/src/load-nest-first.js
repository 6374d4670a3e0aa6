// CommonJS companions of Nest 12 (prometheus, throttler) require() its ESM packages; loading those first breaks the cycle.
import '@nestjs/common';
import '@nestjs/core';
import '@nestjs/microservices';
