namespace Audio.Orleans.Gateway.Playlists;

/// <summary>What playlists need in the gateway.</summary>
public static class PlaylistServices
{
    /// <summary>Adds access and the count of plays.</summary>
    public static IServiceCollection AddPlaylists(this IServiceCollection services)
    {
        services.AddSingleton<PlaylistGate>().AddHostedService(provider => provider.GetRequiredService<PlaylistGate>());
        services.AddSingleton<PlayCounter>().AddHostedService(provider => provider.GetRequiredService<PlayCounter>());
        services.AddSingleton<BrokenTracks>();
        return services;
    }
}
