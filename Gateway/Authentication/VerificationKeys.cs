using System.Buffers.Text;
using System.Security.Cryptography;
using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>The public keys that currently verify tokens.</summary>
public sealed class VerificationKeys
{
    private volatile ImmutableDictionary<string, SecurityKey> _keys = ImmutableDictionary<string, SecurityKey>.Empty;

    /// <summary>Changes whenever the keys change: a token that an earlier set verified must be verified again.</summary>
    public object Version => _keys;

    /// <summary>Replaces the keys; tokens signed by other keys become invalid.</summary>
    public void Use(IEnumerable<SigningKeyInfo> keys)
    {
        var all = keys.ToList();
        if (!_keys.Keys.ToHashSet().SetEquals(all.Select(key => key.KeyId)))
            _keys = all.ToImmutableDictionary(key => key.KeyId, SecurityKey (key) => Import(key));
    }

    /// <summary>Whether a key with this id is known.</summary>
    public bool Knows(string keyId) => _keys.ContainsKey(keyId);

    /// <summary>The only key that may have signed a token, whatever else its header contains; none if the id is unknown.</summary>
    public IEnumerable<SecurityKey> Find(string? keyId) => keyId is not null && _keys.TryGetValue(keyId, out var key) ? [key] : [];

    private static RsaSecurityKey Import(SigningKeyInfo key) => new(
        new RSAParameters { Modulus = Base64Url.DecodeFromChars(key.Modulus), Exponent = Base64Url.DecodeFromChars(key.Exponent) }) { KeyId = key.KeyId };
}
