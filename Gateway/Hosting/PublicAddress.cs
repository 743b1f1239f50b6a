using AudioOrleans.Configuration;
using AudioOrleans.Grains.Interfaces;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>How answers name our own addresses: in full where <c>PublicUrl</c> says how the platform is reached, else as paths on the host that was asked.</summary>
public sealed class PublicAddress
{
    private readonly string _start;

    private PublicAddress(string start) => _start = start;

    /// <summary>Reads <c>PublicUrl</c>.</summary>
    /// <exception cref="OptionsValidationException">It is no such address.</exception>
    public static PublicAddress Read(IConfiguration configuration)
    {
        var setting = configuration.GetSection("PublicUrl");
        if (setting.Value is not { Length: > 0 } text)
            return new PublicAddress("");
        var url = PublicUrl.Parse(text) ?? throw WrongSetting.Create(setting, PublicUrl.Expected);
        return new PublicAddress(url.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The address of a path.</summary>
    public string Of(string path) => _start + path;

    /// <summary>The address of a path in full, for what is read outside of the answer's own context; the host is the one that was asked where none is set.</summary>
    public string InFull(string path, HttpRequest request) => _start.Length > 0 ? Of(path) : $"{request.Scheme}://{request.Host.ToUriComponent()}{path}";
}
