using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Silo.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Standalone.Cluster;

/// <summary>
/// A complete cluster on one machine, each silo and each gateway in a process of its own, for evaluation: <c>./audio cluster</c>. Members
/// that die are not restarted; Ctrl-C stops them all.
/// </summary>
public static class LocalCluster
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs until SIGINT or SIGTERM.</summary>
    /// <param name="arguments">Settings, such as <c>--Silos=3 --Gateways=2 --Port=8080 --Data=./data --Demo:Enabled=true</c>.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        using var logging = builder.AddPlatformLogging();
        using var host = builder.Build();
        var options = LocalClusterOptions.Read(builder.Configuration);
        await using var platform = await StandalonePlatform.StartAsync(PlatformOptions.Read(builder.Configuration, new AudioClusterOptions()), logging);
        _ = MasterKey.LoadOrCreate(platform.Options.MasterKey, platform.Options.DataFolder);
        var common = ImmutableDictionary<string, string?>.Empty
            .Add("ConnectionStrings__Audio", platform.Options.ConnectionString)
            .Add("Secrets__MasterKey", platform.Options.MasterKey ?? await File.ReadAllTextAsync(MasterKey.PathIn(platform.Options.DataFolder)))
            .Add("Objects__Folder", builder.Configuration["Objects:Folder"] ?? Path.GetFullPath(Path.Combine(platform.Options.DataFolder, "objects")))
            .Add("Cluster__Membership", "postgres")
            .Add("Cluster__Address", IPAddress.Loopback.ToString())
            .Add("Cluster__Secret", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        if (options.Demo)
            common = common.Add("Outbound__AllowedNetworks__99", "127.0.0.1/32");

        await host.StartAsync();
        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var members = new List<LocalMember>();
        try
        {
            for (var i = 1; i <= options.Silos; i++)
                members.Add(await LocalMember.StartSiloAsync($"silo-{i}", common, platform.Options.DataFolder));
            for (var i = 1; i <= options.Gateways; i++)
                members.Add(await LocalMember.StartGatewayAsync($"gateway-{i}", options.Port + i - 1, options.Demo && i == 1, common, platform.Options.DataFolder));
            await Task.WhenAll(members.Select(member => member.ReadyAsync(StartTimeout, stopping)));
            await DescribeAsync(members, platform.Options.DataFolder);
            await WatchAsync(members, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped during startup.
        }
        finally
        {
            // Gateways first, so that none calls a stopped silo; the silos have no node to hand their streams over to.
            foreach (var group in members.GroupBy(member => member.IsGateway).OrderByDescending(group => group.Key))
                await Task.WhenAll(group.Select(member => member.DisposeAsync().AsTask()));
        }
        await host.StopAsync();
        return 0;
    }

    private static async Task DescribeAsync(List<LocalMember> members, string dataFolder)
    {
        foreach (var member in members)
            Console.WriteLine($"  {member.Name,-10} pid {member.ProcessId,-8} {member.Url}");
        var file = Path.Combine(dataFolder, "cluster.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(members.Select(member => new { member.Name, member.ProcessId, member.Url })));
        Console.WriteLine($"""
              logs       {Path.Combine(dataFolder, "logs")}
              try        kill -9 a silo while you listen; after kill -TERM it hands over its streams first
            cluster is ready

            """);
    }

    private static async Task WatchAsync(List<LocalMember> members, CancellationToken stopping)
    {
        var alive = members.ToList();
        while (alive.Count > 0)
        {
            var ended = await Task.WhenAny(alive.Select(member => member.Exited)).WaitAsync(stopping);
            var member = alive.First(candidate => candidate.Exited == ended);
            alive.Remove(member);
            Console.WriteLine($"  {member.Name} ended with {(await ended).ExitCode}");
        }
    }
}

/// <summary>The size of a cluster on one machine.</summary>
/// <param name="Silos">The number of silos.</param>
/// <param name="Gateways">The number of gateways.</param>
/// <param name="Port">The first gateway's port; the others use the following ones.</param>
/// <param name="Demo">Whether to run the demo stream.</param>
public sealed record LocalClusterOptions(int Silos, int Gateways, int Port, bool Demo)
{
    /// <summary>Reads the options.</summary>
    /// <exception cref="OptionsValidationException">A value is invalid; the message names it.</exception>
    public static LocalClusterOptions Read(IConfiguration configuration) =>
        new LocalClusterOptions(
            Number(configuration, "Silos", 3, 1, 20), Number(configuration, "Gateways", 2, 1, 20), Number(configuration, "Port", 8080, 1, 65_000),
            configuration["Demo:Enabled"] is "true" or "True");

    private static int Number(IConfiguration configuration, string key, int standard, int least, int most)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new OptionsValidationException(key, typeof(LocalClusterOptions), [$"--{key.ToLowerInvariant()} is '{text}'; expected a number from {least} to {most}."]);
    }
}
