/**
 * The store on a relational database: JDBC writes, JPA reads. Depends on the SPI and what
 * that depends on, Spring and JPA; on no other adapter.
 */
@NullMarked
package io.durablespring.jpa;

import org.jspecify.annotations.NullMarked;
