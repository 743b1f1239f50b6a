namespace AudioOrleans.Gateway.Security;

/// <summary>The platform's protection against attackers and clients that loop.</summary>
public static class SecurityServices
{
    /// <summary>Adds all of it.</summary>
    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        builder.AddRequestLimits();
        builder.Services.AddTrustedProxies(builder.Configuration);
        builder.Services.AddCrossOrigin(builder.Configuration);
        builder.Services.AddRateLimits(builder.Configuration);
        builder.Services.AddRequestDeadlines(builder.Configuration);
        return builder;
    }
}
