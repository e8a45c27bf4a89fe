/**
 * What people read: tables and sentences made of reports, on the console that a command writes to.
 */
package dev.convoy.driver.report;
