using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests;

/// <summary><c>./audio admin</c>, as operators use it.</summary>
public sealed class AdminCommandTests
{
    [Fact]
    public async Task An_operator_can_create_an_admin_find_accounts_and_disable_one()
    {
        await using var platform = await PlatformProcess.StartAsync();
        var made = await RunAsync(platform.DataFolder, "create-user", "boss+1@example.org", "--name", "The \"Boss\" & Co");
        Assert.Equal("admin", (string)made["role"]!);
        using var boss = await Dj.LogInAsync(platform, "boss+1@example.org");
        Assert.Equal("The \"Boss\" & Co", (string)(await boss.GetAsync("/v1/users/me"))["name"]!);

        var found = (await RunAsync(platform.DataFolder, "list-users", "--email", "boss+1@example.org"))["items"]!.AsArray();
        Assert.Equal((string)made["user_id"]!, (string)Assert.Single(found)!["user_id"]!);
        await RunAsync(platform.DataFolder, "disable-user", (string)made["user_id"]!);
        using var refused = await boss.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        await RunAsync(platform.DataFolder, "enable-user", (string)made["user_id"]!);
        using var back = await Dj.LogInAsync(platform, "boss+1@example.org");
        var trail = (await back.GetAsync($"/v1/admin/audit?resource=user/{made["user_id"]}"))["items"]!.AsArray();
        Assert.Equal(3, trail.Count(entry => (string)entry!["actor_kind"]! == "operator"));
    }

    [Fact]
    public async Task An_operator_can_view_the_job_queue_retry_a_dead_job_and_purge_the_dead_letters()
    {
        await using var platform = await PlatformProcess.StartAsync();
        await using var database = new AudioDatabase(platform.ConnectionString);
        var table = new JobTable(database, new JobOptions(), TimeProvider.System);
        // Of a kind that no worker of the platform handles.
        var jobs = Enumerable.Range(0, 3).Select(_ => new NewJob(Guid.CreateVersion7(), "night shift", "nobody.does", null, "upload/1", "{}") { MaxAttempts = 1 }).ToList();
        foreach (var job in jobs)
            await table.EnqueueAsync(job, CancellationToken.None);
        foreach (var (_, lease) in (await table.TakeAsync("test", ["nobody.does"], 2, CancellationToken.None)).Leases)
            await table.FailAsync(lease, "The file holds no audio", JobFault.Final, null, CancellationToken.None);
        var (_, notified) = (await table.TakeUnnotifiedAsync(["nobody.does"], TimeSpan.FromMinutes(1), CancellationToken.None))!.Value;
        await table.MarkNotifiedAsync(notified, CancellationToken.None);

        var stats = Assert.Single((await RunAsync(platform.DataFolder, "jobs", "stats"))["items"]!.AsArray())!;
        Assert.Equal(("night shift", 1, 2), ((string)stats["queue"]!, (int)stats["waiting"]!, (int)stats["dead"]!));
        var next = (await RunAsync(platform.DataFolder, "jobs", "peek", "night shift", "5"))["items"]!.AsArray();
        Assert.Equal(jobs[2].JobId, (Guid)Assert.Single(next)!["job_id"]!);
        var dead = (await RunAsync(platform.DataFolder, "jobs", "dead", "night shift"))["items"]!.AsArray().Select(job => (Guid)job!["job_id"]!).ToList();
        Assert.Equal(2, dead.Count);
        var unnotified = Assert.Single(dead, job => job != notified.JobId);
        Assert.Equal("queued", (string)(await RunAsync(platform.DataFolder, "jobs", "retry", $"{unnotified}"))["state"]!);
        Assert.Equal("cancelled", (string)(await RunAsync(platform.DataFolder, "jobs", "cancel", $"{unnotified}"))["state"]!);

        var unconfirmed = await Assert.ThrowsAsync<ProcessFailedException>(() => RunAsync(platform.DataFolder, "jobs", "purge-dlq"));
        Assert.Contains("--confirm", unconfirmed.Message, StringComparison.Ordinal);
        Assert.Equal(1, (int)(await RunAsync(platform.DataFolder, "jobs", "purge-dlq", "--confirm"))["purged"]!);
        var gone = await Assert.ThrowsAsync<ProcessFailedException>(() => RunAsync(platform.DataFolder, "jobs", "retry", $"{notified.JobId}"));
        Assert.Contains("Job not found", gone.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<ProcessFailedException>(() => RunAsync(platform.DataFolder, "jobs", "peek"));
        Assert.Contains("jobs wants stats", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_reports_the_reason()
    {
        await using var platform = await PlatformProcess.StartAsync();
        var weak = await Assert.ThrowsAsync<ProcessFailedException>(() => RunWithPasswordAsync(platform.DataFolder, "abc", "create-user", "x@example.org"));
        Assert.Contains("password: Expected a digit.", weak.Message, StringComparison.Ordinal);
        await platform.StopAsync();
        var down = await Assert.ThrowsAsync<ProcessFailedException>(() => RunAsync(platform.DataFolder, "list-users"));
        Assert.Contains("no platform runs on", down.Message, StringComparison.Ordinal);
    }

    private static Task<JsonObject> RunAsync(string data, params string[] arguments) => RunWithPasswordAsync(data, Dj.Password, arguments);

    private static async Task<JsonObject> RunWithPasswordAsync(string data, string password, params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "audio")))
            folder = folder.Parent!;
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(password));
        var run = await ProcessRunner.RunAsync(
            new ProcessCommand(Path.Combine(folder.FullName, "audio"), ["admin", .. arguments, "--data", data]), TimeSpan.FromSeconds(30), TimeProvider.System, input);
        return JsonNode.Parse(run.Output.Span)!.AsObject();
    }
}
