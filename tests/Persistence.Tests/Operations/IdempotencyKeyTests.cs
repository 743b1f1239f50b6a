using AudioOrleans.Persistence.Operations;

namespace AudioOrleans.Persistence.Tests.Operations;

public sealed class IdempotencyKeyTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime LeaseEnd = Now.AddMinutes(1);
    private static readonly DateTime End = Now.AddDays(1);

    private readonly OperationTable _table = new(test.Database);
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task One_of_fifty_concurrent_requests_gets_the_key()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => BeginAsync(Now)));
        var first = Assert.Single(all, one => one.Taken).Row;
        Assert.All(all, one => Assert.Equal(first.OperationId, one.Row.OperationId));
    }

    [Fact]
    public async Task A_stored_response_is_kept_until_the_key_expires()
    {
        var (_, mine) = await BeginAsync(Now);
        Assert.True(await _table.AnswerAsync(mine with { SealedAnswer = "sealed" }, CancellationToken.None));
        var (taken, seen) = await BeginAsync(End.AddTicks(-10));
        Assert.False(taken);
        Assert.Equal("sealed", seen.SealedAnswer);

        var (again, fresh) = await BeginAsync(End, fingerprint: "another");
        Assert.True(again);
        Assert.NotEqual(mine.OperationId, fresh.OperationId);
        Assert.Null(fresh.SealedAnswer);
        Assert.Equal(End.AddDays(1), fresh.ExpiresAt);
    }

    [Fact]
    public async Task When_the_lease_expires_the_same_request_continues_the_same_operation()
    {
        var (_, dead) = await BeginAsync(Now);
        Assert.False((await BeginAsync(LeaseEnd.AddTicks(-10))).Taken);
        Assert.False((await BeginAsync(LeaseEnd, fingerprint: "another")).Taken);
        var (taken, next) = await BeginAsync(LeaseEnd);
        Assert.True(taken);
        Assert.Equal(dead.OperationId, next.OperationId);
        Assert.NotEqual(dead.Attempt, next.Attempt);

        // The first attempt was only slow: its result is no longer accepted.
        Assert.False(await _table.AnswerAsync(dead with { SealedAnswer = "late" }, CancellationToken.None));
        Assert.False(await _table.ForgetAsync(dead, CancellationToken.None));
        Assert.False(await _table.YieldAsync(dead with { LeaseUntil = Now }, CancellationToken.None));
        Assert.True(await _table.AnswerAsync(next with { SealedAnswer = "good" }, CancellationToken.None));
    }

    [Fact]
    public async Task A_forgotten_key_is_free_for_any_request()
    {
        var (_, refused) = await BeginAsync(Now);
        Assert.True(await _table.ForgetAsync(refused, CancellationToken.None));
        var (taken, next) = await BeginAsync(Now, fingerprint: "another");
        Assert.True(taken);
        Assert.NotEqual(refused.OperationId, next.OperationId);
    }

    [Fact]
    public async Task A_yielded_key_is_free_for_the_same_request()
    {
        var (_, failed) = await BeginAsync(Now);
        Assert.True(await _table.YieldAsync(failed with { LeaseUntil = Now }, CancellationToken.None));
        Assert.False((await BeginAsync(Now, fingerprint: "another")).Taken);
        var (taken, next) = await BeginAsync(Now);
        Assert.True(taken);
        Assert.Equal(failed.OperationId, next.OperationId);
    }

    [Fact]
    public async Task Each_scope_has_its_own_keys()
    {
        Assert.True((await BeginAsync(Now)).Taken);
        Assert.True((await BeginAsync(Now, scope: "account/other")).Taken);
    }

    [Fact]
    public async Task Expired_keys_are_deleted_in_batches_and_valid_ones_are_kept()
    {
        var scope = $"batch/{_key}";
        for (var i = 0; i < 3; i++)
            await _table.BeginAsync(Row(scope, "same", Now.AddDays(-100)) with { Key = $"{_key}{i}" }, Now.AddDays(-100), CancellationToken.None);
        var (_, kept) = await BeginAsync(Now);
        Assert.Equal(2, await _table.DeleteExpiredAsync(Now.AddDays(-50), 2, CancellationToken.None));
        Assert.Equal(1, await _table.DeleteExpiredAsync(Now.AddDays(-50), 2, CancellationToken.None));
        Assert.Equal(kept.OperationId, (await BeginAsync(Now)).Row.OperationId);
    }

    private Task<(bool Taken, OperationRow Row)> BeginAsync(DateTime now, string fingerprint = "same", string scope = "account/one") =>
        _table.BeginAsync(Row(scope, fingerprint, now), now, CancellationToken.None);

    private OperationRow Row(string scope, string fingerprint, DateTime now) =>
        new(scope, _key, Guid.CreateVersion7(now), Guid.NewGuid(), fingerprint, now.AddMinutes(1), null, now.AddDays(1));
}
