package io.distributedlock.interceptor

import io.distributedlock.Lease
import io.distributedlock.LeaseLostException
import io.distributedlock.LockNotAcquiredException
import io.distributedlock.memory.MemoryLockStore
import io.distributedlock.time.TimeSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows

/** Suspending functions of Kotlin, which proxies see as publishers. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SuspendingFunctionsTests {

	private val store = MemoryLockStore(TimeSource.system())

	private val node = LockedNode("this-node", store, SuspendingService::class.java)

	private val other = LockedNode("other-node", store, SuspendingService::class.java)

	private val service = node.get(SuspendingService::class.java)

	@AfterEach
	fun closeNodes() {
		node.close()
		other.close()
	}

	@Test
	fun functionIsLockedUntilItReturnsAlsoWhileItIsSuspended(): Unit = runBlocking {
		val held = mutableListOf<Boolean>()
		val result = service.run("a") {
			held += other.isHeld("a")
			"x"
		}
		assertThat(result).isEqualTo("x")
		assertThat(held).containsExactly(true)
		assertThat(node.isHeld("a")).isFalse()
	}

	@Test
	fun functionThatReturnsNothingIsLocked(): Unit = runBlocking {
		val held = mutableListOf<Boolean>()
		service.nothing("a") { held += other.isHeld("a") }
		assertThat(held).containsExactly(true)
		assertThat(node.isHeld("a")).isFalse()
	}

	@Test
	fun functionRunsWhereItsCallerWantsItTo(): Unit = runBlocking(Dispatchers.Default) {
		val thread = service.run("a") { Thread.currentThread().name }
		assertThat(thread).startsWith("DefaultDispatcher-worker")
	}

	@Test
	fun exceptionReachesTheCallerAfterTheRelease() {
		val thrown = assertThrows<IllegalStateException> {
			runBlocking { service.run("a") { throw IllegalStateException("mine") } }
		}
		assertThat(thrown).hasMessage("mine")
		assertThat(node.isHeld("a")).isFalse()
	}

	@Test
	fun cancelledWhileItWorksItReleases(): Unit = runBlocking {
		val working = CompletableDeferred<Unit>()
		val job = launch(Dispatchers.Default) {
			service.run("a") {
				working.complete(Unit)
				awaitCancellation()
			}
		}
		working.await()
		assertThat(node.isHeld("a")).isTrue()
		job.cancelAndJoin()
		node.awaitFree("a")
	}

	@Test
	fun cancelledWhileItWaitsItGivesUp(): Unit = runBlocking {
		val lease = other.hold("a")
		val job = launch(Dispatchers.Default) { service.waiting("a") }
		job.cancelAndJoin()
		lease.close()
		other.hold("a").close()
	}

	@Test
	fun waitingBlocksNoThread(): Unit = runBlocking {
		val lease = other.hold("a")
		val waiting = List(100) { async { service.waiting("a") } }
		lease.close()
		assertThat(waiting.map { it.await() }).hasSize(100).containsOnly("x")
	}

	@Test
	fun contentionIsAnException() {
		other.hold("a").use {
			assertThrows<LockNotAcquiredException> { runBlocking { service.run("a") { "x" } } }
		}
	}

	@Test
	fun skippedFunctionReturnsNull(): Unit = runBlocking {
		assertThat(service.skipping("a")).isEqualTo("x")
		other.hold("a").use { assertThat(service.skipping("a")).isNull() }
	}

	@Test
	fun fallbackIsASuspendingFunctionToo(): Unit = runBlocking {
		other.hold("a").use {
			assertThat(service.withFallback("a")).isEqualTo("instead of other-node")
			assertThat(service.withSilentFallback("a")).isEqualTo("instead of a")
		}
		assertThat(service.withFallback("a")).isEqualTo("x")
	}

	@Test
	fun expressionsAndNamesDoNotShowWhatTheCompilerAdds(): Unit = runBlocking {
		assertThat(service.byIndex("a")).isEqualTo("a")
		assertThat(service.byArguments("a")).isEqualTo("byArguments:1")
		assertThat(service.overload("a")).isEqualTo("SuspendingService.overload(String)")
		assertThat(service.overload("a", 1)).isEqualTo("SuspendingService.overload(String,int)")
	}

	@Test
	fun functionCalledAgainForTheSameKeyJoinsTheLease(): Unit = runBlocking {
		val tokens = mutableListOf<Long>()
		service.run("a") {
			tokens += node.tokenOf("a").orElseThrow()
			service.run("a") {
				tokens += node.tokenOf("a").orElseThrow()
				"inner"
			}
			tokens += node.tokenOf("a").orElseThrow()
			"outer"
		}
		assertThat(tokens).hasSize(3)
		assertThat(tokens.toSet()).hasSize(1)
		assertThat(node.isHeld("a")).isFalse()
	}

	@Test
	fun lossEndsTheFunctionAtOnce() {
		assertThrows<LeaseLostException> {
			runBlocking {
				service.run("a") {
					node.locks.forceRelease("a")
					awaitCancellation()
				}
			}
		}
	}

	@Test
	fun flowIsLockedWhileItIsCollected(): Unit = runBlocking {
		val flow = service.flow("a") { if (other.isHeld("a")) "held" else "free" }
		assertThat(node.isHeld("a")).isFalse()
		assertThat(flow.toList()).containsExactly("held", "held")
		assertThat(node.isHeld("a")).isFalse()
		assertThat(flow.take(1).toList()).containsExactly("held")
		node.awaitFree("a")
	}

	@Test
	fun flowOfASuspendingFunctionIsLockedWhileItIsCollected(): Unit = runBlocking {
		val held = service.suspendingFlow("a") { if (other.isHeld("a")) "held" else "free" }.toList()
		assertThat(held).containsExactly("held")
		assertThat(node.isHeld("a")).isFalse()
		other.hold("a").use { assertThat(service.suspendingFlow("a") { "x" }.toList()).isEmpty() }
	}

}
