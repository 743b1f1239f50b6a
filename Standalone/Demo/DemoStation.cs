using AudioOrleans.Configuration;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Silo;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Standalone.Demo;

/// <summary>Runs the demo: a local Icecast with changing titles, registered as a public stream.</summary>
public sealed class DemoStation(
    DemoOptions options, PlatformOptions platform, IGrainFactory grains, IServer server, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<DemoStation> logger)
    : BackgroundService
{
    /// <summary>The demo's stream id is constant, so that a restart continues the same stream.</summary>
    private static readonly Guid StreamId = new("01900000-0000-7000-8000-000000000001");

    private static readonly Guid OwnerId = new("01900000-0000-7000-8000-000000000002");

    private static readonly string[] Titles =
    [
        "The Turns - One At A Time", "Silo & The Grains - Café Olé", "DJ Demo - It's Five O'Clock; Somewhere", "Heartbeat - Thirty Seconds",
        "Média Séquence - Jamais en arrière", "The Backoffs - Try Again, With Jitter",
    ];

    private static readonly TimeSpan LiveTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs until the host stops.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, lifetime.ApplicationStarted).ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(stoppingToken);
        await using var icecast = new DemoIcecast();
        await icecast.StartAsync(Path.Combine(platform.DataFolder, "demo"), time, stoppingToken);
        await icecast.SetTitleAsync(Titles[0], stoppingToken);
        await RegisterAsync(icecast.Url);
        await AnnounceAsync(stoppingToken);
        for (var i = 1; !stoppingToken.IsCancellationRequested; i++)
        {
            var pause = Task.Delay(options.TitleDuration, time, stoppingToken);
            if (await Task.WhenAny(pause, icecast.Ended) != pause)
                throw new InvalidOperationException("The demo's Icecast or its programme has ended.");
            await pause;
            await icecast.SetTitleAsync(Titles[i % Titles.Length], stoppingToken);
        }
    }

    private async Task RegisterAsync(Uri source)
    {
        var stream = grains.GetGrain<IStreamGrain>(GrainKeys.Stream(StreamId));
        var owner = new Caller(OwnerId, false);
        var server = source.GetLeftPart(UriPartial.Authority);
        var outcome = await grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(StreamId)).GetAccess() is null
            ? await stream.Register(new RegisterStream(
                OwnerId, "Demo station", server, source.AbsolutePath, null, "Ambient", "Generated on this machine, to listen to at once.",
                Visibility.Public, false))
            : await stream.Update(owner, new StreamPatch(null, server, source.AbsolutePath, null, null, null, null, null, true));
        if (outcome.SourceMessage is { } message)
            throw new InvalidOperationException($"The demo could not be registered: {message}");
    }

    private async Task AnnounceAsync(CancellationToken stoppingToken)
    {
        var stream = grains.GetGrain<IStreamGrain>(GrainKeys.Stream(StreamId));
        var started = time.GetTimestamp();
        while ((await stream.GetStatus()).State != LiveState.Live)
        {
            if (time.GetElapsedTime(started) > LiveTimeout)
                throw new InvalidOperationException("The demo did not go live.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, stoppingToken);
        }
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine($"""
              demo      on air
              page      {address}/
              HLS       {address}/v1/streams/{StreamId:D}/live.m3u8
              MP3       {address}/v1/streams/{StreamId:D}/live.mp3

            """);
        logger.LogInformation("The demo is on air as stream {StreamId}", StreamId);
    }
}

/// <summary>Adds the demo if it is enabled.</summary>
public static class DemoRegistration
{
    /// <summary>Adds the demo if <c>Demo__Enabled</c> is true, and allows relays to reach this machine's loopback for it.</summary>
    public static IHostApplicationBuilder AddDemo(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<DemoOptions>();
        if (!options.Enabled)
            return builder;
        builder.Configuration.AddInMemoryCollection([new("Outbound:AllowedNetworks:99", "127.0.0.1/32")]);
        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<DemoStation>();
        return builder;
    }
}

/// <summary>Options for the demo, a local station to listen to. Section <c>Demo</c>.</summary>
public sealed record DemoOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Demo";

    /// <summary>Whether the demo runs.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long each of its titles is on air.</summary>
    public TimeSpan TitleDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(TitleDuration > TimeSpan.Zero, nameof(TitleDuration), "a time above zero, such as 00:00:15");
    }
}
