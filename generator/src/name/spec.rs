//! The names of operations and models.

use std::collections::BTreeMap;

use super::{ChoiceNames, PRELUDE, Scope, TRAIT_METHODS, pascal, snake};
use crate::model::{Body, Model, Operation, Shape, SpecModel};

/// The names of everything that a spec makes.
#[derive(Debug, Default)]
pub struct SpecNames {
    /// Modules, by tag.
    pub modules: BTreeMap<String, String>,
    /// By index of the operation.
    pub operations: Vec<OperationNames>,
    /// By name of the model.
    pub models: BTreeMap<String, ModelNames>,
}

/// The names of an operation.
#[derive(Debug)]
pub struct OperationNames {
    /// The function that makes the call.
    pub function: String,
    /// The type of the call.
    pub call: String,
    /// The argument or setter of each parameter, in order.
    pub params: Vec<String>,
    /// The argument or setter of the body.
    pub body: Option<String>,
}

/// The names of a model.
#[derive(Debug)]
pub struct ModelNames {
    /// Its type.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<String>,
    /// The field for what is not declared.
    pub rest: String,
    /// Its variants, where it is a choice.
    pub choice: Option<ChoiceNames>,
}

impl SpecNames {
    /// Names everything in a spec.
    pub fn assign(spec: &SpecModel) -> Self {
        let mut names = Self::default();
        let mut modules =
            Scope::of(&["pydio_runtime", "models", "v1", "v2", "answer", "json", "transport"]);
        let mut scopes: BTreeMap<&str, (Scope, Scope)> = BTreeMap::new();
        for operation in &spec.operations {
            let (functions, types) = scopes.entry(&operation.tag).or_insert_with(|| {
                names.modules.insert(operation.tag.clone(), modules.claim(&snake(&operation.tag)));
                (Scope::of(&[]), Scope::of(&PRELUDE))
            });
            names.operations.push(name_operation(operation, functions, types));
        }
        names.models = Self::of_models(&spec.models).models;
        names
    }

    /// Names models by themselves.
    pub fn of_models(models: &[Model]) -> Self {
        let mut names = Self::default();
        let mut types = Scope::of(&PRELUDE);
        for model in models {
            let name = types.claim(&pascal(&model.name));
            names.models.insert(model.name.clone(), name_model(name, &model.shape));
        }
        names
    }
}

fn name_operation(
    operation: &Operation,
    functions: &mut Scope,
    types: &mut Scope,
) -> OperationNames {
    let mut scope = Scope::of(&TRAIT_METHODS);
    // What the emitted function calls the request it fills.
    scope.reserve("call");
    let params = operation.params.iter().map(|param| scope.claim(&snake(&param.name))).collect();
    let body = operation.body.as_ref().map(|body| match body {
        Body::Json { name, .. } | Body::Raw { name, .. } => scope.claim(&snake(name)),
    });
    OperationNames {
        function: functions.claim(&snake(&operation.id)),
        call: types.claim(&pascal(&operation.id)),
        params,
        body,
    }
}

fn name_model(name: String, shape: &Shape) -> ModelNames {
    let mut scope = Scope::of(&[]);
    let fields = match shape {
        Shape::Struct { fields, .. } => {
            fields.iter().map(|field| scope.claim(&snake(&field.name))).collect()
        }
        Shape::Choice(_) | Shape::Alias(_) => Vec::new(),
    };
    let choice = match shape {
        Shape::Choice(words) => {
            let mut scope = Scope::of(&["Self"]);
            let variants = words.iter().map(|word| scope.claim(&pascal(word))).collect();
            Some(ChoiceNames { name: name.clone(), variants, other: scope.claim("Other") })
        }
        Shape::Struct { .. } | Shape::Alias(_) => None,
    };
    ModelNames { name, fields, rest: scope.claim("other_fields"), choice }
}
