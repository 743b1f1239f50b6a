using System.Text.Json;
using AudioOrleans.Configuration;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Tests.Operations;

public sealed class IdempotencyGrainTests : IAsyncLifetime
{
    private static readonly StoredResponse Answer = new(201, "application/json", """{"relay_token":"s3cret"}""", "/v1/streams/1", "\"1-owner\"");
    private static readonly KeyedRequest Request = new("account/one", "key-1", "digest-1");

    private readonly ManualTimeProvider _time = new();
    private readonly MasterKey _master = MasterKey.LoadOrCreate(Convert.ToBase64String(new byte[32]), "");
    private AudioDatabase Database { get; set; } = null!;
    private IdempotencyGrain _grain = null!;

    public async Task InitializeAsync()
    {
        Database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(Database).ApplyAsync();
        _grain = new IdempotencyGrain(new OperationTable(Database), new OperationSecrets(new SecretBox(_master), _master), new IdempotencyOptions(), _time);
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();

    [Fact]
    public async Task The_first_request_acquires_the_key_and_repeats_wait_for_its_response()
    {
        var first = await _grain.Begin(Request);
        Assert.Equal(IdempotencyOutcome.Acquired, first.Kind);
        Assert.Equal(7, first.OperationId.Version);
        _time.Advance(TimeSpan.FromSeconds(20));
        var second = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.InProgress, TimeSpan.FromSeconds(40)), (second.Kind, second.LeaseEndsIn));
        await _grain.Complete(Request, first, Answer);
        var third = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Completed, Answer), (third.Kind, third.Answer));
    }

    [Fact]
    public async Task A_key_that_another_request_used_is_refused_before_and_after_completion()
    {
        var first = await _grain.Begin(Request);
        Assert.Equal(IdempotencyOutcome.Mismatch, (await _grain.Begin(Request with { Digest = "digest-2" })).Kind);
        await _grain.Complete(Request, first, Answer);
        Assert.Equal(IdempotencyOutcome.Mismatch, (await _grain.Begin(Request with { Digest = "digest-2" })).Kind);
        Assert.Equal(IdempotencyOutcome.Acquired, (await _grain.Begin(Request with { Scope = "account/two" })).Kind);
    }

    [Fact]
    public async Task A_key_can_be_used_again_after_a_day()
    {
        await _grain.Complete(Request, await _grain.Begin(Request), Answer);
        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromTicks(10));
        Assert.Equal(IdempotencyOutcome.Completed, (await _grain.Begin(Request)).Kind);
        _time.Advance(TimeSpan.FromTicks(10));
        Assert.Equal(IdempotencyOutcome.Acquired, (await _grain.Begin(Request with { Digest = "digest-2" })).Kind);
    }

    [Fact]
    public async Task After_a_crash_the_next_attempt_continues_the_same_operation()
    {
        var crashed = await _grain.Begin(Request);
        _time.Advance(TimeSpan.FromSeconds(60));
        var next = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Acquired, crashed.OperationId), (next.Kind, next.OperationId));
    }

    [Fact]
    public async Task A_refusal_releases_the_key_and_a_failure_releases_it_for_the_same_request_only()
    {
        var refused = await _grain.Begin(Request);
        await _grain.Forget(Request, refused);
        var corrected = await _grain.Begin(Request with { Digest = "digest-2" });
        Assert.Equal(IdempotencyOutcome.Acquired, corrected.Kind);
        Assert.NotEqual(refused.OperationId, corrected.OperationId);

        await _grain.Yield(Request with { Digest = "digest-2" }, corrected);
        Assert.Equal(IdempotencyOutcome.Mismatch, (await _grain.Begin(Request)).Kind);
        var repeated = await _grain.Begin(Request with { Digest = "digest-2" });
        Assert.Equal((IdempotencyOutcome.Acquired, corrected.OperationId), (repeated.Kind, repeated.OperationId));
    }

    [Fact]
    public async Task A_caller_whose_claim_response_was_lost_still_holds_the_key()
    {
        var operation = Operation.New();
        OperationContext.Enter(operation);
        var lost = await _grain.Begin(Request);
        Assert.Equal(operation.Id, lost.OperationId);
        OperationContext.Enter(Operation.New().Again());
        Assert.Equal(IdempotencyOutcome.InProgress, (await _grain.Begin(Request)).Kind);
        OperationContext.Enter(operation.Again());
        var repeated = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Acquired, lost.OperationId, lost.Attempt), (repeated.Kind, repeated.OperationId, repeated.Attempt));

        // Another caller has taken over the operation since.
        _time.Advance(TimeSpan.FromSeconds(60));
        OperationContext.Enter(Operation.New());
        var other = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Acquired, lost.OperationId, true), (other.Kind, other.OperationId, other.Operation.IsRepeat));
        Assert.NotEqual(lost.Attempt, other.Attempt);
        OperationContext.Enter(operation.Again());
        Assert.Equal(IdempotencyOutcome.InProgress, (await _grain.Begin(Request)).Kind);
    }

    [Fact]
    public async Task A_response_stored_before_keys_and_commands_shared_one_table_is_still_returned()
    {
        await using var database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(database, [.. Migration.All.TakeWhile(migration => migration.Version < 18)]).ApplyAsync();
        var (box, operationId) = (new SecretBox(_master), Guid.CreateVersion7());
        var secrets = new OperationSecrets(box, _master);
        await database.RunAsync(connection => connection.ExecuteAsync(
            "insert into idempotency_keys values (@Scope, @Key, @fingerprint, @operationId, 1, now(), @answer, now() + interval '1 day')",
            new
            {
                Request.Scope, Request.Key, fingerprint = secrets.Fingerprint(Request), operationId,
                answer = box.SealText(JsonSerializer.Serialize(Answer), $"idempotency/{Request.Scope}/{operationId:D}/{Request.Key}"),
            }));
        await new Migrator(database).ApplyAsync();
        var grain = new IdempotencyGrain(new OperationTable(database), secrets, new IdempotencyOptions(), TimeProvider.System);
        var repeat = await grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Completed, Answer), (repeat.Kind, repeat.Answer));
    }

    [Fact]
    public async Task The_table_reveals_neither_request_nor_response()
    {
        await _grain.Complete(Request, await _grain.Begin(Request), Answer);
        var other = Request with { Key = "key-2" };
        await _grain.Complete(other, await _grain.Begin(other), Answer);
        var rows = await Database.RunAsync(async connection => (await connection.QueryAsync<string>("select k::text from operations k")).AsList());
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain("s3cret", row, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain("digest-1", row, StringComparison.Ordinal));
        // Nor that two keys had the same request.
        Assert.Equal(2, await Database.RunAsync(connection => connection.ExecuteScalarAsync<long>("select count(distinct fingerprint) from operations")));
    }

    [Fact]
    public async Task A_response_copied_to_another_row_cannot_be_opened()
    {
        await _grain.Complete(Request, await _grain.Begin(Request), Answer);
        var thief = Request with { Scope = "account/thief" };
        await _grain.Complete(thief, await _grain.Begin(thief), Answer);
        await Database.RunAsync(connection => connection.ExecuteAsync(
            """
            update operations t set sealed_answer = v.sealed_answer, operation_id = v.operation_id from operations v
            where t.scope = 'account/thief' and v.scope = 'account/one'
            """));
        await Assert.ThrowsAsync<SecretBoxException>(() => _grain.Begin(thief));
    }

    [Theory]
    [InlineData("Idempotency__Lease")]
    [InlineData("Idempotency__Lifetime")]
    public void A_setting_out_of_range_is_named(string setting)
    {
        var options = new IdempotencyOptions();
        options = setting.EndsWith("Lease", StringComparison.Ordinal) ? options with { Lease = TimeSpan.Zero } : options with { Lifetime = TimeSpan.Zero };
        Assert.Contains(setting, Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
