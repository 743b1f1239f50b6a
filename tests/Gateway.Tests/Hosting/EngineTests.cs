#if ENGINE_EMBEDDED
using Audio.Orleans.RelayHost.Processes;
using Audio.Orleans.Testing;
using Audio.Orleans.Testing.Platforms;

namespace Audio.Orleans.Gateway.Tests.Hosting;

/// <summary>The embedded engine runs one process, and says so to whoever wants more.</summary>
public sealed class EngineTests
{
    private const string Refusal = "Cluster__Membership: this program was built with the embedded engine, which runs one process. A cluster needs the Microsoft.Orleans packages: "
        + "where the NuGet feed has them, build with ./audio run --engine orleans; ./audio engine says which engine can be had.";

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public async Task A_gateway_that_is_to_join_a_cluster_does_not_start(string role)
    {
        // Before anything else is started: the database is not asked for.
        var settings = ClusterProcess.NewSettings("Host=127.0.0.1;Port=1").Add("Cluster__Role", role);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PlatformProcess.StartAsync(settings));
        Assert.Contains(Refusal, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cluster")]
    [InlineData("--urls=http://127.0.0.1:1")]
    public async Task Neither_does_a_cluster_on_one_machine_nor_a_silo(string argument)
    {
        using var folder = new TestFolder("launcher");
        await using var program = ChildProcess.Start(
            new ProcessCommand("dotnet", "exec", Programs.PathOf("Silo"), argument, $"--Data={folder.Path}")
            {
                Environment = ClusterProcess.NewSettings("Host=127.0.0.1;Port=1"),
                ErrorTailLines = 200,
            },
            TimeProvider.System);
        var exit = await program.Exited.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        Assert.NotEqual(0, exit.ExitCode);
        Assert.Contains(exit.ErrorTail, line => line.Contains(Refusal, StringComparison.Ordinal));
    }
}
#endif
