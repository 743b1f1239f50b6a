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
    public async Task The_first_gets_the_turn_repeats_wait_and_then_get_its_answer()
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
    public async Task The_key_of_another_request_is_refused_whether_it_is_done_or_not()
    {
        var first = await _grain.Begin(Request);
        Assert.Equal(IdempotencyOutcome.Mismatch, (await _grain.Begin(Request with { Digest = "digest-2" })).Kind);
        await _grain.Complete(Request, first, Answer);
        Assert.Equal(IdempotencyOutcome.Mismatch, (await _grain.Begin(Request with { Digest = "digest-2" })).Kind);
        Assert.Equal(IdempotencyOutcome.Acquired, (await _grain.Begin(Request with { Scope = "account/two" })).Kind);
    }

    [Fact]
    public async Task After_a_day_the_key_is_free()
    {
        await _grain.Complete(Request, await _grain.Begin(Request), Answer);
        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromTicks(10));
        Assert.Equal(IdempotencyOutcome.Completed, (await _grain.Begin(Request)).Kind);
        _time.Advance(TimeSpan.FromTicks(10));
        Assert.Equal(IdempotencyOutcome.Acquired, (await _grain.Begin(Request with { Digest = "digest-2" })).Kind);
    }

    [Fact]
    public async Task After_a_crash_the_same_operation_goes_on()
    {
        var crashed = await _grain.Begin(Request);
        _time.Advance(TimeSpan.FromSeconds(60));
        var next = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Acquired, crashed.OperationId), (next.Kind, next.OperationId));
    }

    [Fact]
    public async Task A_refusal_frees_the_key_and_a_failure_frees_it_for_the_same_request_only()
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
    public async Task Whoever_took_the_key_and_did_not_hear_of_it_has_it_still()
    {
        var operation = Operation.New();
        OperationContext.Enter(operation);
        var unheard = await _grain.Begin(Request);
        Assert.Equal(operation.Id, unheard.OperationId);
        OperationContext.Enter(Operation.New().Again());
        Assert.Equal(IdempotencyOutcome.InProgress, (await _grain.Begin(Request)).Kind);
        OperationContext.Enter(operation.Again());
        var heard = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Acquired, unheard.OperationId, unheard.Attempt), (heard.Kind, heard.OperationId, heard.Attempt));

        // Another has gone on with it since.
        _time.Advance(TimeSpan.FromSeconds(60));
        OperationContext.Enter(Operation.New());
        var other = await _grain.Begin(Request);
        Assert.Equal((IdempotencyOutcome.Acquired, unheard.OperationId, true), (other.Kind, other.OperationId, other.Operation.IsRepeat));
        Assert.NotEqual(unheard.Attempt, other.Attempt);
        OperationContext.Enter(operation.Again());
        Assert.Equal(IdempotencyOutcome.InProgress, (await _grain.Begin(Request)).Kind);
    }

    [Fact]
    public async Task A_response_that_was_stored_before_keys_and_commands_had_one_table_is_given_all_the_same()
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
    public async Task The_table_gives_away_neither_request_nor_answer()
    {
        await _grain.Complete(Request, await _grain.Begin(Request), Answer);
        var other = Request with { Key = "key-2" };
        await _grain.Complete(other, await _grain.Begin(other), Answer);
        var rows = await Database.RunAsync(async connection => (await connection.QueryAsync<string>("select k::text from operations k")).AsList());
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain("s3cret", row, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain("digest-1", row, StringComparison.Ordinal));
        // Not even that two keys had the same request.
        Assert.Equal(2, await Database.RunAsync(connection => connection.ExecuteScalarAsync<long>("select count(distinct fingerprint) from operations")));
    }

    [Fact]
    public async Task An_answer_that_was_moved_to_another_row_does_not_open()
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
