/** Pages that refer to no other file or address: HTML with its pictures in it. */
package dev.convoy.driver.html;
