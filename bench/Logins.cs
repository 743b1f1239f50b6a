using System.Globalization;
using System.Net.Http.Json;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>A flood of logins: how many get through beside what bcrypt alone can do on this machine, and what others notice of it.</summary>
internal sealed class Logins : IBenchmark
{
    private const int Accounts = 8;
    private const int Clients = 16;

    /// <summary>Enough to see a pause of a scheduler's slice; few enough to be no load.</summary>
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    /// <summary>The same hash by the same library, in a loop: nothing can be faster.</summary>
    private const string Bcrypt = """
        my ($end, $n) = (time + 10, 0);
        while (time < $end) { crypt("correct horse $n", q{$2b$12$CCCCCCCCCCCCCCCCCCCCC.}); $n++; }
        print $n;
        """;

    public string Name => "logins";

    public string What => $"{Clients} clients that log in without a pause for {Length.TotalSeconds:0} s, and one that gets a stream's status every {ProbePause.TotalMilliseconds:0} ms";

    public async Task RunAsync(Table table)
    {
        await using var stage = await Stage.SetAsync();
        var stream = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(stream);
        var emails = new List<string>();
        for (var i = 0; i < Accounts; i++)
        {
            using var dj = await Dj.RegisterAsync(stage.Platform);
            emails.Add(dj.Email);
        }
        var alone = await BcryptAsync();
        var status = Stage.Path(stream, "status");
        await ProbeAsync(stage.Platform, status, Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None)); // Compiles the code on the way.
        var quiet = await ProbeAsync(stage.Platform, status, Task.Delay(Length, TimeProvider.System, CancellationToken.None));
        var flood = FloodAsync(stage.Platform, emails);
        var flooded = await ProbeAsync(stage.Platform, status, flood);
        var perSecond = await flood / Length.TotalSeconds;

        table.Add("bcrypt alone, a process for each core", $"{Table.Text(alone)} /s");
        table.Add("logins", $"{Table.Text(perSecond)} /s");
        table.AtLeast("logins / bcrypt alone", 0.85, perSecond / alone, "");
        table.Add("a status, quiet: median, 99th percentile, longest", Describe(quiet));
        table.Add("a status, flooded: median, 99th percentile, longest", Describe(flooded));
        table.AtMost("a status, flooded: 99th percentile", 20, At(flooded, 0.99), "ms");
    }

    private static async Task<double> BcryptAsync()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ =>
            ProcessRunner.RunAsync(new ProcessCommand("perl", "-e", Bcrypt), TimeSpan.FromSeconds(30), TimeProvider.System)));
        return runs.Sum(run => int.Parse(run.Text, CultureInfo.InvariantCulture)) / 10.0;
    }

    /// <summary>How many logins got tokens.</summary>
    private static async Task<int> FloodAsync(PlatformProcess platform, List<string> emails)
    {
        var start = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            var count = 0;
            while (TimeProvider.System.GetElapsedTime(start) < Length)
            {
                using var response = await platform.Client.PostAsJsonAsync("/v1/auth/login", new { email = emails[client % emails.Count], password = Dj.Password });
                response.EnsureSuccessStatusCode();
                count++;
            }
            return count;
        }));
        return counts.Sum();
    }

    /// <summary>How long each answer took, in milliseconds, sorted.</summary>
    private static async Task<List<double>> ProbeAsync(PlatformProcess platform, Uri status, Task until)
    {
        List<double> times = [];
        while (!until.IsCompleted)
        {
            var start = TimeProvider.System.GetTimestamp();
            using (var response = await platform.Client.GetAsync(status))
                response.EnsureSuccessStatusCode();
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            await Task.Delay(ProbePause, TimeProvider.System, CancellationToken.None);
        }
        times.Sort();
        return times;
    }

    private static double At(List<double> sorted, double part) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * part)];

    private static string Describe(List<double> sorted) => $"{Table.Text(At(sorted, 0.5))}, {Table.Text(At(sorted, 0.99))}, {Table.Text(sorted[^1])} ms";
}
