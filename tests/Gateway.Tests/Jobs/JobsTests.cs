using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Jobs;

/// <summary>The queue as admins see it. The jobs are of a kind that has no handler; the test itself marks them as failed.</summary>
public sealed class JobsTests : IAsyncLifetime
{
    private const string Kind = "nobody.does";

    private readonly string _queue = $"queue-{Guid.NewGuid():N}";
    private PlatformProcess _platform = null!;
    private AudioDatabase Database { get; set; } = null!;
    private JobTable _table = null!;
    private Dj _admin = null!;

    public async Task InitializeAsync()
    {
        _platform = (await SharedPlatform.GetAsync()).Platform;
        Database = new AudioDatabase(_platform.ConnectionString);
        _table = new JobTable(Database, new JobOptions(), TimeProvider.System);
        _admin = await Dj.AdminAsync(_platform);
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await Database.DisposeAsync();
    }

    [Fact]
    public async Task Stats_show_the_state_of_every_queue()
    {
        await DieAsync(await EnqueueAsync(), isNotified: true);
        await EnqueueAsync();
        await EnqueueAsync();
        var queue = await StatsAsync();
        Assert.Equal((2, 0, 0, 1), ((int)queue["waiting"]!, (int)queue["running"]!, (int)queue["done_last_hour"]!, (int)queue["dead"]!));
        Assert.InRange((double)queue["oldest_waiting_seconds"]!, 0, 60);
    }

    [Fact]
    public async Task A_peek_shows_the_next_jobs_and_the_dead_letters()
    {
        var owner = Guid.NewGuid();
        var dead = await EnqueueAsync();
        await DieAsync(dead, isNotified: true);
        var first = await EnqueueAsync(owner);
        var second = await EnqueueAsync(owner);
        var high = await EnqueueAsync(priority: 7);
        var waiting = await PeekAsync("");
        Assert.Equal([high, first, second], waiting.Select(job => (Guid)job!["job_id"]!));
        Assert.Equal(high, (Guid)Assert.Single(await PeekAsync("&n=1"))!["job_id"]!);
        var job = waiting[1]!;
        Assert.Equal(
            (_queue, Kind, owner, "upload/1", 0, "queued", 0, 5, 0),
            ((string)job["queue"]!, (string)job["job_kind"]!, (Guid)job["owner_id"]!, (string)job["subject"]!, (int)job["priority"]!, (string)job["state"]!,
                (int)job["attempts"]!, (int)job["max_attempts"]!, (int)job["progress"]!));
        Assert.Null(job["payload"]);
        var letter = Assert.Single(await PeekAsync("&state=dead"))!;
        Assert.Equal((dead, "dead", "The file holds no audio"), ((Guid)letter["job_id"]!, (string)letter["state"]!, (string)letter["last_error"]!));
        Assert.NotNull(letter["finished_at"]);
    }

    [Theory]
    [InlineData("", "queue")]
    [InlineData("?queue=", "queue")]
    [InlineData("?queue=a%00b", "queue")]
    [InlineData("?queue=q&n=0", "n")]
    [InlineData("?queue=q&n=101", "n")]
    [InlineData("?queue=q&n=many", "n")]
    [InlineData("?queue=q&state=done", "state")]
    public async Task An_invalid_peek_names_the_wrong_parameter(string query, string field)
    {
        using var answer = await _admin.Client.GetAsync(new Uri($"/v1/admin/jobs/peek{query}", UriKind.Relative));
        Assert.NotNull((await answer.ProblemAsync(HttpStatusCode.BadRequest))["errors"]![field]);
    }

    [Fact]
    public async Task A_dead_job_can_be_retried_and_the_audit_trail_records_who_did_it()
    {
        var job = await EnqueueAsync();
        await DieAsync(job, isNotified: true);
        using var retried = await PostAsync($"{job}/retry");
        var answer = await retried.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(("queued", 0), ((string)answer["state"]!, (int)answer["attempts"]!));
        Assert.Equal(job, (Guid)Assert.Single(await PeekAsync(""))!["job_id"]!);
        using var again = await PostAsync($"{job}/retry");
        Assert.Contains("queued", (string)(await again.ProblemAsync(HttpStatusCode.Conflict))["error"]!, StringComparison.Ordinal);
        var entry = Assert.Single((await _admin.GetAsync($"/v1/admin/audit?resource=job/{job}"))["items"]!.AsArray())!;
        Assert.Equal(("jobs.retry", await _admin.IdAsync()), ((string)entry["action"]!, (Guid)entry["actor_id"]!));
    }

    [Fact]
    public async Task A_waiting_job_can_be_cancelled_and_retried()
    {
        var job = await EnqueueAsync();
        using var cancelled = await PostAsync($"{job}/cancel");
        Assert.Equal("cancelled", (string)(await cancelled.JsonAsync(HttpStatusCode.OK))["state"]!);
        using var again = await PostAsync($"{job}/cancel");
        await again.ProblemAsync(HttpStatusCode.Conflict);
        using var retried = await PostAsync($"{job}/retry");
        Assert.Equal("queued", (string)(await retried.JsonAsync(HttpStatusCode.OK))["state"]!);
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("cancel")]
    public async Task An_unknown_job_is_not_found(string what)
    {
        using var answer = await PostAsync($"{Guid.NewGuid()}/{what}");
        await answer.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_purge_requires_confirmation_and_keeps_jobs_whose_owner_was_not_notified()
    {
        await DieAsync(await EnqueueAsync(), isNotified: true);
        var unnotified = await EnqueueAsync();
        await DieAsync(unnotified, isNotified: false);
        foreach (var body in new object[] { new { }, new { confirm = "yes" }, new { confirm = "Purge" } })
        {
            using var refused = await _admin.Client.PostAsJsonAsync("/v1/admin/jobs/purge-dlq", body);
            Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["confirm"]);
        }
        Assert.Equal(2, (await PeekAsync("&state=dead")).Count);
        using var purged = await _admin.Client.PostAsJsonAsync("/v1/admin/jobs/purge-dlq", new { confirm = "purge" });
        Assert.True((int)(await purged.JsonAsync(HttpStatusCode.OK))["purged"]! >= 1);
        Assert.Equal(unnotified, (Guid)Assert.Single(await PeekAsync("&state=dead"))!["job_id"]!);
    }

    private async Task<Guid> EnqueueAsync(Guid? owner = null, int priority = 0)
    {
        var job = new NewJob(Guid.CreateVersion7(), _queue, Kind, owner, "upload/1", """{"secret": 1}""") { Priority = priority };
        await _table.EnqueueAsync(job, CancellationToken.None);
        return job.JobId;
    }

    /// <summary>Marks a job as failed for good. Parallel tests share the table, so each changes only its own jobs.</summary>
    private Task DieAsync(Guid jobId, bool isNotified) => Database.RunAsync(connection => Dapper.SqlMapper.ExecuteAsync(
        connection,
        "update jobs set state = 'dead', attempts = 5, error = 'The file holds no audio', told = @isNotified, finished_at = @now where job_id = @jobId",
        new { jobId, isNotified, now = TimeProvider.System.GetUtcNow().UtcDateTime }));

    private async Task<JsonObject> StatsAsync() =>
        (await _admin.GetAsync("/v1/admin/jobs/stats"))["items"]!.AsArray().Single(item => (string)item!["queue"]! == _queue)!.AsObject();

    private async Task<JsonArray> PeekAsync(string more) => (await _admin.GetAsync($"/v1/admin/jobs/peek?queue={_queue}{more}"))["items"]!.AsArray();

    private Task<HttpResponseMessage> PostAsync(string path) => _admin.Client.PostAsync(new Uri($"/v1/admin/jobs/{path}", UriKind.Relative), null);
}
