"""Messages to the pages that watch a training."""

import asyncio

from glassnet.server.trainer_process import LONGEST, MOST, Broadcaster, Subscriber


def heard(subscriber, count):
    async def several():
        return [await asyncio.wait_for(subscriber.next(), 5) for _ in range(count)]

    return asyncio.run(several())


def test_messages_come_in_order_and_of_replaceable_ones_only_the_newest_and_last():
    subscriber = Subscriber()
    for message, replaceable in ((b"p1", True), (b"a", False), (b"p2", True), (b"b", False)):
        subscriber.add(message, replaceable=replaceable)
    assert heard(subscriber, 3) == [b"a", b"b", b"p2"]


def test_who_waits_is_woken_by_the_next_message():
    async def waits():
        subscriber = Subscriber()
        news = asyncio.ensure_future(subscriber.next())
        await asyncio.sleep(0)
        assert not news.done()
        subscriber.add(b"a")
        return await asyncio.wait_for(news, 5)

    assert asyncio.run(waits()) == b"a"


def test_who_lets_too_much_wait_is_given_up_but_not_for_parameters():
    subscriber = Subscriber()
    for number in range(10 * LONGEST):
        subscriber.add(b"%d" % number, replaceable=True)
    for number in range(LONGEST):
        subscriber.add(b"%d" % number)
    assert not subscriber.dropped
    subscriber.add(b"one more")
    assert heard(subscriber, 1) == [None]
    assert len(subscriber.queue) == LONGEST


def test_a_new_network_makes_what_waits_worthless():
    broadcaster = Broadcaster()
    subscribers = [broadcaster.subscribe() for _ in range(2)]
    broadcaster.send(b"old")
    broadcaster.send(b"old parameters", replaceable=True)
    broadcaster.send(b"network", afresh=True)
    broadcaster.unsubscribe(subscribers[0])
    broadcaster.send(b"new")
    assert heard(subscribers[0], 1) == [b"network"]
    assert heard(subscribers[1], 2) == [b"network", b"new"]
    assert subscribers[1].newest is None


def test_the_house_is_full_at_its_limit():
    broadcaster = Broadcaster()
    seats = [broadcaster.subscribe() for _ in range(MOST)]
    assert broadcaster.full
    broadcaster.unsubscribe(seats[0])
    assert not broadcaster.full
