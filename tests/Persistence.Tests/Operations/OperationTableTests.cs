using AudioOrleans.Persistence.Operations;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Persistence.Tests.Operations;

public sealed class OperationTableTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    // Precise to the microsecond, as in the database.
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly OperationTable _table = new(test.Database);
    private readonly OperationRow _first = Row(Guid.NewGuid());

    private OperationRow Second => _first with { Attempt = Guid.NewGuid() };

    [Fact]
    public async Task Only_the_attempt_that_did_an_operation_may_do_it_again()
    {
        Assert.True(await EnterAsync(_first));
        Assert.True(await EnterAsync(_first));
        Assert.False(await EnterAsync(Second));
        Assert.True(await EnterAsync(_first));
        Assert.Equal(_first, await FindAsync());
    }

    [Fact]
    public async Task Operations_are_told_apart_by_their_grain_method_and_id()
    {
        Assert.True(await EnterAsync(_first));
        Assert.True(await EnterAsync(Row(_first.OperationId, grain: "stream/stream/2")));
        Assert.True(await EnterAsync(Row(_first.OperationId, method: "IStreamGrain.Delete")));
        Assert.True(await EnterAsync(Row(Guid.NewGuid())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_second_of_two_concurrent_attempts_waits_for_the_end_of_the_first(bool firstCommits)
    {
        var entered = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        var first = test.Database.InTransactionAsync(async transaction =>
        {
            await OperationTable.EnterAsync(transaction, _first, CancellationToken.None);
            entered.SetResult();
            await end.Task;
            return firstCommits ? true : throw new InvalidDataException();
        });
        await entered.Task;
        var second = EnterAsync(Second);
        await Eventually.That(WaitsAsync, Soon, "the second waits for the first");
        end.SetResult();
        Assert.Equal(!firstCommits, await Eventually.Ends(second, Soon, "the second attempt continues"));
        if (firstCommits)
            Assert.True(await first);
        else
            await Assert.ThrowsAsync<InvalidDataException>(() => first);

        Task<bool> WaitsAsync() => test.Database.RunAsync(connection => connection.ExecuteScalarAsync<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"));
    }

    [Fact]
    public async Task Only_the_attempt_that_did_an_operation_may_store_its_response()
    {
        Assert.False(await _table.AnswerAsync(_first with { SealedAnswer = "too early" }, CancellationToken.None));
        await EnterAsync(_first);
        Assert.Null((await FindAsync())!.SealedAnswer);
        Assert.False(await _table.AnswerAsync(Second with { SealedAnswer = "not mine" }, CancellationToken.None));
        Assert.True(await _table.AnswerAsync(_first with { SealedAnswer = "mine" }, CancellationToken.None));
        Assert.Equal("mine", (await FindAsync())!.SealedAnswer);
    }

    [Fact]
    public async Task Expired_operations_are_deleted_in_batches()
    {
        var old = Noon.AddYears(-1);
        for (var i = 0; i < 3; i++)
            await EnterAsync(Row(Guid.NewGuid()) with { ExpiresAt = old.AddMinutes(i) });
        await EnterAsync(_first with { ExpiresAt = old.AddMinutes(10) });
        Assert.Equal(2, await _table.DeleteExpiredAsync(old.AddMinutes(10).AddTicks(-10), 2, CancellationToken.None));
        Assert.Equal(1, await _table.DeleteExpiredAsync(old.AddMinutes(10).AddTicks(-10), 2, CancellationToken.None));
        Assert.NotNull(await FindAsync());
    }

    private Task<bool> EnterAsync(OperationRow row) =>
        test.Database.InTransactionAsync(transaction => OperationTable.EnterAsync(transaction, row, CancellationToken.None));

    private Task<OperationRow?> FindAsync() => _table.FindAsync(_first, CancellationToken.None);

    private static OperationRow Row(Guid operationId, string grain = "stream/stream/1", string method = "IStreamGrain.Update") =>
        OperationRow.OfGrain(operationId, grain, method, Guid.NewGuid(), Noon);
}
