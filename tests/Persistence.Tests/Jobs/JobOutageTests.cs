using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Testing;

namespace AudioOrleans.Persistence.Tests.Jobs;

[Trait("Speed", "slow")]
public sealed class JobOutageTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Workers_survive_an_outage_of_the_database_and_complete_the_jobs_that_ran_meanwhile()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = new AudioDatabase(server.ConnectionString);
        await new Migrator(database).ApplyAsync();
        var end = new TaskCompletionSource();
        await using var silo = new JobSilo(
            database, new JobOptions { Workers = 2, Lease = TimeSpan.FromSeconds(5) },
            new TestHandler { Run = (run, _) => run.Job.Subject == "long" ? end.Task : Task.CompletedTask });
        await silo.StartAsync();
        var job = Job("long");
        await silo.Table.EnqueueAsync(job, CancellationToken.None);
        await Eventually.That(() => silo.Handler.Now == 1, Soon, "the job runs");

        await server.StopAsync();
        end.SetResult();
        await silo.UntilIdleAsync();
        await server.StartAsync();
        await Eventually.That(async () => await StateAsync(job) == JobState.Done, Soon, "its outcome is written");
        Assert.Equal(1, (await silo.Table.FindAsync(job.JobId, CancellationToken.None))!.Attempts);

        // The workers take jobs again, and are notified of new jobs again.
        await silo.RunAsync(Job("short"));
        await Eventually.That(
            async () =>
            {
                var start = TimeProvider.System.GetTimestamp();
                await silo.RunAsync(Job("short"));
                return TimeProvider.System.GetElapsedTime(start, silo.Handler.LastStart) < TimeSpan.FromMilliseconds(50);
            },
            Soon, "a job starts at once");

        static NewJob Job(string subject) => new(Guid.CreateVersion7(), "uploads", "process", null, subject, "{}");

        async Task<JobState?> StateAsync(NewJob job)
        {
            try
            {
                return (await silo.Table.FindAsync(job.JobId, CancellationToken.None))?.State;
            }
            catch (DatabaseUnavailableException)
            {
                return null; // A connection from before the outage.
            }
        }
    }
}
